package dev.theca.enclave.handover;

import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Everything that both sides said, hashed, and the keys that follow from it (theca-la/1). Each
 * side's proof covers the transcript; the keys cover both proofs. All integers big-endian.
 */
final class Transcript {
  static final String PROTOCOL = "theca-la/1";
  static final String MODE = "report";

  final byte[] nonceA;
  final byte[] nonceB;
  final byte[] publicA;
  final byte[] publicB;
  private final byte[] hash;

  Transcript(
      byte[] nonceA,
      byte[] nonceB,
      byte[] publicA,
      byte[] publicB,
      byte[] targetA,
      byte[] targetB,
      List<String> keyIds,
      String containerId) {
    this.nonceA = nonceA;
    this.nonceB = nonceB;
    this.publicA = publicA;
    this.publicB = publicB;
    var out = new ByteArrayOutputStream();
    prefixed(out, PROTOCOL);
    prefixed(out, MODE);
    for (byte[] part : new byte[][] {nonceA, nonceB, publicA, publicB, targetA, targetB})
      out.writeBytes(part);
    out.writeBytes(ByteBuffer.allocate(2).putShort((short) keyIds.size()).array());
    keyIds.forEach(id -> prefixed(out, id));
    prefixed(out, containerId);
    hash = sha512(out.toByteArray());
  }

  private static void prefixed(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  byte[] hash() {
    return hash.clone();
  }

  byte[] reportDataB() {
    return sha512(ascii(PROTOCOL + " B"), hash);
  }

  byte[] reportDataA(byte[] proofB) {
    return sha512(ascii(PROTOCOL + " A"), hash, sha512(proofB));
  }

  /** The two record keys, A to B and B to A. */
  SecretKey[] keys(PrivateKey own, byte[] peerPublic, byte[] proofA, byte[] proofB)
      throws GeneralSecurityException {
    byte[] salt = sha512(ascii(PROTOCOL + " keys"), hash, sha512(proofB), sha512(proofA));
    var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(own);
    agreement.doPhase(publicKey(peerPublic), true); // the JDK refuses an all-zero result
    byte[] z = agreement.generateSecret();
    try {
      var kdf = KDF.getInstance("HKDF-SHA256");
      var prk =
          kdf.deriveKey(
              "Generic", HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(z).extractOnly());
      return new SecretKey[] {expand(kdf, prk, " A->B"), expand(kdf, prk, " B->A")};
    } finally {
      Arrays.fill(z, (byte) 0);
    }
  }

  private static SecretKey expand(KDF kdf, SecretKey prk, String label)
      throws GeneralSecurityException {
    byte[] raw = kdf.deriveData(HKDFParameterSpec.expandOnly(prk, ascii(PROTOCOL + label), 32));
    try {
      return new SecretKeySpec(raw, "AES");
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  static KeyPair newKey() {
    try {
      return KeyPairGenerator.getInstance("X25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks X25519", e);
    }
  }

  /** The 32 bytes of a public key as they travel (RFC 7748, little-endian). */
  static byte[] raw(KeyPair key) {
    byte[] big = ((XECPublicKey) key.getPublic()).getU().toByteArray();
    byte[] little = new byte[32];
    for (int i = 0; i < Math.min(32, big.length); i++) little[i] = big[big.length - 1 - i];
    return little;
  }

  private static java.security.PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
    byte[] big = raw.clone();
    big[31] &=
        0x7F; // RFC 7748 section 5: the top bit is ignored; the transcript has the bytes as sent
    for (int i = 0, j = 31; i < j; i++, j--) {
      byte b = big[i];
      big[i] = big[j];
      big[j] = b;
    }
    return KeyFactory.getInstance("X25519")
        .generatePublic(
            new XECPublicKeySpec(NamedParameterSpec.X25519, new java.math.BigInteger(1, big)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] sha512(byte[]... parts) {
    var hasher = Digest.hasher("sha512");
    for (byte[] part : parts) hasher.update(part);
    return hasher.digest();
  }
}
