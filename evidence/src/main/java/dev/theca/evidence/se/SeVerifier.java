package dev.theca.evidence.se;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SeEvidence;
import dev.theca.evidence.SeHost;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies answers of IBM Secure Execution guests. A sealed secret that does not open is replaced
 * by a random one, so that every failure is the same: a measurement that does not match.
 */
public final class SeVerifier {
  private static final int KEY_HASH = 32;

  private final SecureRandom random = new SecureRandom();

  /** With randomness of the JDK. */
  public SeVerifier() {}

  public Appraisal verify(
      SeEvidence evidence, VerifiedSeHost verified, Expected expected, Policy policy) {
    var host = verified.host();
    var audit = new Audit();
    Optional<JsonObject> claims = Optional.empty();
    byte[] key = opened(host.key(), evidence.sealedKey(), 64);
    byte[] nonce = opened(host.key(), evidence.sealedNonce(), 16);
    boolean measured = MessageDigest.isEqual(mac(key, nonce, evidence), evidence.measurement());
    Arrays.fill(key, (byte) 0);
    if (!measured) {
      audit.add(
          Severity.FATAL,
          EvidenceCode.SIGNATURE_EVIDENCE,
          Step.REPORT,
          "measurement",
          "the HMAC under the request's key",
          "another, or changed bytes");
    } else {
      audit.passed(
          EvidenceCode.SIGNATURE_EVIDENCE,
          Step.REPORT,
          "measurement",
          "the HMAC under the request's key");
      claims = Optional.of(claims(evidence, host.name()));
      checks(evidence, host, expected, policy, audit);
    }
    return new Appraisal(
        audit.verdict(),
        audit.findings(),
        Optional.empty(),
        claims,
        measured ? host.name() : "",
        verified.validUntil());
  }

  private byte[] opened(PrivateKey key, byte[] sealed, int size) {
    byte[] fallback = new byte[size];
    random.nextBytes(fallback);
    for (boolean oaep : List.of(true, false)) {
      try {
        var cipher = Cipher.getInstance(oaep ? "RSA/ECB/OAEPPadding" : "RSA/ECB/PKCS1Padding");
        if (oaep) cipher.init(Cipher.DECRYPT_MODE, key, ArcbWriter.OAEP);
        else cipher.init(Cipher.DECRYPT_MODE, key);
        byte[] out = cipher.doFinal(sealed);
        if (out.length == size) return out;
      } catch (BadPaddingException | javax.crypto.IllegalBlockSizeException e) {
        continue; // the other padding, or in the end the random secret
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the verifier's key cannot decrypt", e);
      }
    }
    return fallback;
  }

  private static byte[] mac(byte[] key, byte[] nonce, SeEvidence e) {
    try {
      var mac = Mac.getInstance("HmacSHA512");
      mac.init(new SecretKeySpec(key, "HmacSHA512"));
      mac.update(e.headerTags());
      mac.update(e.configurationId());
      mac.update(
          ByteBuffer.allocate(8)
              .putShort((short) e.userData().length)
              .putShort((short) 0)
              .putInt(e.additionalData().length)
              .array());
      mac.update(e.userData());
      mac.update(nonce);
      return mac.doFinal(e.additionalData());
    } catch (GeneralSecurityException bug) {
      throw new IllegalStateException("the JDK lacks HMAC-SHA-512", bug);
    }
  }

  private static byte[] tag(SeEvidence e) {
    return Arrays.copyOfRange(e.headerTags(), 192, 208);
  }

  private static byte[] keyHash(SeEvidence e, int index) {
    int from = index * KEY_HASH;
    return e.additionalData().length < from + KEY_HASH
        ? new byte[0]
        : Arrays.copyOfRange(e.additionalData(), from, from + KEY_HASH);
  }

  private static void checks(
      SeEvidence e, SeHost host, Expected expected, Policy policy, Audit audit) {
    audit.check(
        host.imageTags().stream().anyMatch(Audit.hex(tag(e))::equalsIgnoreCase),
        EvidenceCode.POLICY_REFERENCE,
        Step.POLICY,
        "tag of the image header",
        "one of the expected images",
        Audit.hex(tag(e)));
    for (int i = 0; i < 2; i++) {
      String hash = Audit.hex(keyHash(e, i));
      audit.check(
          host.hostKeys().stream().anyMatch(hash::equalsIgnoreCase),
          EvidenceCode.POLICY_PLATFORM_ID,
          Step.POLICY,
          i == 0 ? "host key of the image" : "host key of the attestation",
          "one of the expected hosts",
          hash.isEmpty() ? "none" : hash);
    }
    Binding.challenge(
        audit, expected, policy, EvidenceCode.BINDING_REPORT_DATA, "user data", e.userData());
    Binding.noInitData(audit, expected);
  }

  private static JsonObject claims(SeEvidence e, String root) {
    return JsonObject.builder()
        .put("version", 0x100)
        .put("cuid", Audit.hex(e.configurationId()))
        .put("tag", Audit.hex(tag(e)))
        .put("image_phkh", Audit.hex(keyHash(e, 0)))
        .put("attestation_phkh", Audit.hex(keyHash(e, 1)))
        .put("report_data", Audit.hex(e.userData()))
        .put("trust_root", root)
        .build();
  }
}
