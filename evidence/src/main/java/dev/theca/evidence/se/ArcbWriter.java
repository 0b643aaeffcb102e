package dev.theca.evidence.se;

import dev.theca.evidence.SeRequest;
import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes attestation requests (IBM z/Architecture, "attestation request control block"),
 * big-endian.
 */
public final class ArcbWriter {
  static final int COORDINATE = 80;
  private static final int SLOT = 80;
  private static final int HEADER = 48;
  private static final int FIXED = HEADER + 16 + 2 * COORDINATE;
  private static final int ENCRYPTED = 64 + 16;
  private static final int TAG = 16;
  private static final int VERSION = 0x0100;
  private static final int HMAC_SHA512 = 1;

  /** Flags count from the most significant bit: nonce, image and attestation key hash. */
  private static final long FLAGS = 1L << 62 | 1L << 61 | 1L << 60;

  private ArcbWriter() {}

  public static SeRequest create(List<ECPublicKey> hosts, PublicKey verifier, SecureRandom random) {
    if (hosts.isEmpty() || hosts.size() > 255)
      throw new IllegalArgumentException("1 to 255 host keys, not " + hosts.size());
    byte[] requestKey = bytes(32, random);
    byte[] measurementKey = bytes(64, random);
    byte[] nonce = bytes(16, random);
    byte[] iv = bytes(12, random);
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp521r1"), random);
      var own = generator.generateKeyPair();
      int total = FIXED + SLOT * hosts.size() + ENCRYPTED + TAG;
      var head = ByteBuffer.allocate(FIXED);
      head.putInt(8, VERSION).putInt(12, total).put(16, iv);
      head.put(39, (byte) hosts.size()).putInt(44, ENCRYPTED);
      head.putLong(HEADER, FLAGS).putInt(HEADER + 8, HMAC_SHA512);
      head.put(HEADER + 16, coordinates((ECPublicKey) own.getPublic()));
      var clear = new ByteArrayOutputStream();
      clear.writeBytes(head.array());
      for (ECPublicKey host : hosts) {
        var agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        agreement.doPhase(host, true);
        clear.writeBytes(hash(host));
        clear.writeBytes(
            gcm(
                Cipher.ENCRYPT_MODE,
                wrapKey(agreement.generateSecret()),
                new byte[12],
                new byte[0],
                requestKey));
      }
      byte[] secrets = Arrays.copyOf(measurementKey, ENCRYPTED);
      System.arraycopy(nonce, 0, secrets, 64, 16);
      byte[] aad = clear.toByteArray();
      clear.writeBytes(gcm(Cipher.ENCRYPT_MODE, requestKey, iv, aad, secrets));
      return new SeRequest(
          clear.toByteArray(), sealed(verifier, measurementKey), sealed(verifier, nonce));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks what a request needs", e);
    }
  }

  private static byte[] bytes(int size, SecureRandom random) {
    byte[] out = new byte[size];
    random.nextBytes(out);
    return out;
  }

  /** x and y, each in 80 bytes. */
  static byte[] coordinates(ECPublicKey key) {
    byte[] out = new byte[2 * COORDINATE];
    fill(key.getW().getAffineX(), out, COORDINATE);
    fill(key.getW().getAffineY(), out, 2 * COORDINATE);
    return out;
  }

  private static void fill(BigInteger value, byte[] out, int end) {
    byte[] big = value.toByteArray();
    int from = big[0] == 0 ? 1 : 0;
    System.arraycopy(big, from, out, end - (big.length - from), big.length - from);
  }

  /** The hash that names a host key. */
  static byte[] hash(ECPublicKey host) {
    return Digest.hasher("sha256").digest(coordinates(host));
  }

  static byte[] wrapKey(byte[] secret) {
    var hash = Digest.hasher("sha256");
    hash.update(secret);
    return hash.digest(new byte[] {0, 0, 0, 1});
  }

  static byte[] gcm(int mode, byte[] key, byte[] iv, byte[] aad, byte[] content)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
    cipher.updateAAD(aad);
    return cipher.doFinal(content);
  }

  private static byte[] sealed(PublicKey verifier, byte[] secret) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(Cipher.ENCRYPT_MODE, verifier, OAEP);
    return cipher.doFinal(secret);
  }

  static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256",
          "MGF1",
          java.security.spec.MGF1ParameterSpec.SHA256,
          PSource.PSpecified.DEFAULT);
}
