package dev.theca.evidence.token;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.CcaStore;
import dev.theca.evidence.CcaToken;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.curve.EcKey;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.PublicKeyInfo;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Verifies Arm CCA tokens: the platform's under its enrolled key, the realm's under the key that
 * the platform names.
 */
public final class CcaVerifier {
  private final Signatures signatures;

  public CcaVerifier(Signatures signatures) {
    this.signatures = signatures;
  }

  public Appraisal verify(CcaToken token, VerifiedStore store, Expected expected, Policy policy) {
    var audit = new Audit();
    Optional<JsonObject> claims = Optional.empty();
    String root = "";
    try {
      genuine(token, store.store(), audit);
      root = store.rootName();
      claims = Optional.of(claims(token, root));
      checks(token, store.store(), expected, policy, audit);
    } catch (Rejected e) {
      audit.add(e);
    }
    return new Appraisal(
        audit.verdict(), audit.findings(), Optional.empty(), claims, root, store.validUntil());
  }

  private void genuine(CcaToken token, CcaStore store, Audit audit) throws Rejected {
    var platform = token.platform();
    String implementation = Audit.hex(platform.implementationId());
    String instance = Audit.hex(platform.instanceId());
    var anchor =
        store.anchors().stream()
            .filter(
                a -> a.implementationId().equals(implementation) && a.instanceId().equals(instance))
            .findFirst();
    if (anchor.isEmpty())
      throw new Rejected(
          EvidenceCode.POLICY_ANCHOR,
          Step.CHAIN,
          "platform",
          "one of the anchors",
          "implementation " + implementation + ", instance " + instance);
    signed(token.platformToken(), anchor.get().key(), "platform token");
    audit.passed(
        EvidenceCode.SIGNATURE_EVIDENCE,
        Step.QUOTE,
        "signer of the platform token",
        "instance " + instance);
    signed(token.realmToken(), token.realm().publicKey(), "realm token");
    byte[] link =
        Digest.hasher(token.realm().publicKeyHash()).digest(token.realm().publicKeyClaim());
    if (!Arrays.equals(link, platform.challenge()))
      throw new Rejected(
          EvidenceCode.BINDING_KEY,
          Step.QUOTE,
          "key of the realm token, hashed",
          Audit.hex(platform.challenge()),
          Audit.hex(link));
    audit.passed(
        EvidenceCode.BINDING_KEY, Step.QUOTE, "key of the realm token, hashed", Audit.hex(link));
  }

  private void signed(byte[] bytes, PublicKeyInfo.Ec point, String what) throws Rejected {
    var key = Signatures.ecKey(point);
    var token = CoseSign1.read(bytes, what);
    if (key.filter((EcKey k) -> token.signedBy(k, signatures)).isEmpty())
      throw new Rejected(
          EvidenceCode.SIGNATURE_EVIDENCE,
          Step.QUOTE,
          what,
          "a signature of its key",
          "another, or changed bytes");
  }

  private static void checks(
      CcaToken token, CcaStore store, Expected expected, Policy policy, Audit audit) {
    var platform = token.platform();
    boolean open = !platform.secured();
    if (!open || !policy.allowsDebug())
      audit.check(
          !open,
          EvidenceCode.POLICY_LIFECYCLE,
          Step.POLICY,
          "lifecycle of the platform",
          "3000 to 30ff (secured)",
          Integer.toHexString(platform.lifecycle()));
    for (CcaToken.Component component : platform.components())
      audit.check(
          store.knows(platform.implementationId(), component),
          EvidenceCode.POLICY_REFERENCE,
          Step.POLICY,
          "firmware component " + component.type().orElse("without a name"),
          "a reference value",
          Audit.hex(component.measurement()));
    Binding.reportData(audit, expected, policy, token.realm().challenge());
    Binding.initData(audit, expected, token.realm().personalization(), "personalization value");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static JsonObject claims(CcaToken token, String root) {
    var realm = token.realm();
    var platform = token.platform();
    return JsonObject.builder()
        .put(
            "realm",
            JsonObject.builder()
                .put("cca_realm_personalization_value", base64(realm.personalization()))
                .put("cca_realm_initial_measurement", base64(realm.initialMeasurement()))
                .put(
                    "cca_realm_extensible_measurements",
                    JsonArray.strings(
                        realm.extensible().stream().map(CcaVerifier::base64).toList()))
                .put("cca_realm_hash_algo_id", realm.hashAlgorithm())
                .put("cca_realm_challenge", base64(realm.challenge()))
                .build())
        .put(
            "platform",
            JsonObject.builder()
                .put("cca_platform_instance_id", base64(platform.instanceId()))
                .put("cca_platform_implementation_id", base64(platform.implementationId()))
                .put("cca_platform_lifecycle", platform.lifecycle())
                .build())
        .put("report_data", Audit.hex(realm.challenge()))
        .put("init_data", Audit.hex(realm.personalization()))
        .put("trust_root", root)
        .build();
  }
}
