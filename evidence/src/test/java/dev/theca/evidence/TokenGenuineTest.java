package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.json.Json;
import dev.theca.wire.x509.PublicKeyInfo;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example token of Arm CCA and a genuine document of a Nitro enclave. */
class TokenGenuineTest {
  private final Verifier verifier = Verifier.of(TrustRoots.vendors());

  private static CcaToken cca() {
    return (CcaToken)
        EvidenceParser.parse(EvidenceType.CCA, Vectors.bytes("cca/trustee/cca-example-token.cbor"))
            .orThrow();
  }

  private VerifiedCollateral store() {
    return verifier
        .prepare(
            CcaStore.parse(
                    "arm-example",
                    Vectors.bytes("cca/trustee/tastore.json"),
                    Vectors.bytes("cca/trustee/rvstore.json"))
                .orThrow(),
            Instant.EPOCH)
        .orThrow();
  }

  private Appraisal judged(CcaToken token, Expected expected) {
    return verifier.verify(token, store(), Instant.EPOCH, expected, Policy.STRICT);
  }

  @Test
  void a_cca_token_is_believed_when_the_platform_vouches_for_the_realms_key() {
    var token = cca();
    var good = judged(token, Expected.reportData(token.realm().challenge()));
    assertThat(good.trusted()).as(good.refusals() + "").isTrue();
    assertThat(good.claims().orElseThrow().members()).containsKeys("realm", "platform");
    assertThat(judged(token, Expected.reportData(new byte[64])).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.BINDING_REPORT_DATA);
    var nobody =
        verifier.prepare(new CcaStore("none", List.of(), List.of()), Instant.EPOCH).orThrow();
    assertThat(
            verifier
                .verify(token, nobody, Instant.EPOCH, Expected.UNBOUND, Policy.STRICT)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_ANCHOR);
  }

  @Test
  void trap_27_a_realm_token_of_another_key_is_refused_beside_a_genuine_platform_token()
      throws Exception {
    var genuine = cca();
    var maker = java.security.KeyPairGenerator.getInstance("EC");
    maker.initialize(new java.security.spec.ECGenParameterSpec("secp384r1"));
    var attackers = maker.generateKeyPair();
    byte[] spki = attackers.getPublic().getEncoded();
    var point =
        new PublicKeyInfo.Ec(
            PublicKeyInfo.P384, Arrays.copyOfRange(spki, spki.length - 96, spki.length));
    byte[] algorithm = {(byte) 0xA1, 0x01, 0x38, 0x22}; // {1: -35}, ES384
    byte[] payload = {(byte) 0xA0};
    var signer = java.security.Signature.getInstance("SHA384withECDSAinP1363Format");
    signer.initSign(attackers.getPrivate());
    signer.update(Cbor.encode(Cbor.array(List.of("Signature1", algorithm, new byte[0], payload))));
    byte[] signed =
        Cbor.encode(
            new CborTag(
                18,
                Cbor.array(List.of(algorithm, new CborMap(List.of()), payload, signer.sign()))));
    var was = genuine.realm();
    var realm =
        new CcaToken.Realm(
            was.challenge(),
            was.personalization(),
            was.initialMeasurement(),
            was.extensible(),
            was.hashAlgorithm(),
            point.xy(),
            point,
            was.publicKeyHash());
    var forged = new CcaToken(genuine.platformToken(), signed, genuine.platform(), realm);
    assertThat(judged(forged, Expected.reportData(was.challenge())).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.BINDING_KEY);
  }

  @Test
  void every_changed_byte_of_a_cca_token_is_refused() {
    byte[] good = Vectors.bytes("cca/trustee/cca-example-token.cbor");
    byte[] challenge = cca().realm().challenge();
    for (int i = 0; i < good.length; i += 3) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      if (EvidenceParser.parse(EvidenceType.CCA, bad) instanceof Outcome.Granted<Evidence>(var e))
        assertThat(
                verifier
                    .verify(
                        e, store(), Instant.EPOCH, Expected.reportData(challenge), Policy.STRICT)
                    .trusted())
            .as("byte " + i)
            .isFalse();
    }
  }

  private static NitroDocument nitro() {
    return (NitroDocument)
        EvidenceParser.parse(
                EvidenceType.NITRO, Vectors.bytes("nitro/dstack/nitro_attestation.bin"))
            .orThrow();
  }

  private Appraisal judged(NitroDocument document, Instant at, Expected expected, Policy policy) {
    var nothing = verifier.prepare(new NoCollateral(), at).orThrow();
    return verifier.verify(document, nothing, at, expected, policy);
  }

  @Test
  void a_nitro_document_is_believed_while_it_is_fresh() {
    var document = nitro();
    Instant then = document.timestamp().plusSeconds(60);
    var policy = Policy.STRICT.with(p -> p.allowUnbound(true).allowDebug(true));
    var good = judged(document, then, Expected.UNBOUND, policy);
    assertThat(good.trusted()).as(good.refusals() + "").isTrue();
    assertThat(good.hardware()).isTrue();
    assertThat(
            judged(document, then.plusSeconds(86_400), Expected.UNBOUND, policy)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_FRESHNESS);
    assertThat(
            judged(document, then, Expected.reportData(new byte[20]), policy)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.BINDING_NONCE);
    assertThat(
            Verifier.of(TrustRoots.intel())
                .verify(
                    document,
                    verifier.prepare(new NoCollateral(), then).orThrow(),
                    then,
                    Expected.UNBOUND,
                    policy)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.CHAIN_UNTRUSTED);
  }

  @Test
  void every_changed_byte_of_a_nitro_document_is_refused() {
    byte[] good = nitro().document();
    Instant then = nitro().timestamp().plusSeconds(60);
    var policy = Policy.STRICT.with(p -> p.allowUnbound(true).allowDebug(true));
    for (int i = 0; i < good.length; i += 5) {
      byte[] bad = good.clone();
      bad[i] ^= 4;
      if (EvidenceParser.parse(EvidenceType.NITRO, bad)
          instanceof Outcome.Granted<Evidence>(NitroDocument document))
        assertThat(judged(document, then, Expected.UNBOUND, policy).trusted())
            .as("byte " + i)
            .isFalse();
    }
    for (int length = 0; length < good.length; length += 41)
      assertThat(EvidenceParser.parse(EvidenceType.NITRO, Arrays.copyOf(good, length)).isGranted())
          .isFalse();
  }

  @Test
  void kinds_without_a_json_form_are_refused_by_name() {
    var json = Json.object("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)).orThrow();
    for (var type : List.of(EvidenceType.NITRO, EvidenceType.SAMPLE)) {
      var refused = (Outcome.Refused<Evidence>) EvidenceParser.parse(type, json);
      assertThat(refused.reasons().getFirst().code()).isEqualTo(EvidenceCode.UNSUPPORTED_TEE);
    }
  }
}
