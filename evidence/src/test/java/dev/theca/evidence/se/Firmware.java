package dev.theca.evidence.se;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the ultravisor does with a request, for tests: there is no such machine here. */
public final class Firmware {
  private Firmware() {}

  public record Measured(byte[] measurement, byte[] additional) {}

  public static byte[] hash(ECPublicKey key) {
    return ArcbWriter.hash(key);
  }

  public static Measured answer(byte[] arcb, KeyPair host, byte[] tags, byte[] userData) {
    try {
      var in = ByteBuffer.wrap(arcb);
      int slots = in.get(39);
      int from = 48 + 16 + 160;
      var own = (ECPublicKey) host.getPublic();
      var x = new BigInteger(1, Arrays.copyOfRange(arcb, 64, 144));
      var y = new BigInteger(1, Arrays.copyOfRange(arcb, 144, 224));
      var customer =
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), own.getParams()));
      var agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(host.getPrivate());
      agreement.doPhase(customer, true);
      byte[] wrap = ArcbWriter.wrapKey(agreement.generateSecret());
      for (int i = 0; i < slots; i++) {
        int at = from + 80 * i;
        if (!Arrays.equals(hash(own), Arrays.copyOfRange(arcb, at, at + 32))) continue;
        byte[] key =
            ArcbWriter.gcm(
                Cipher.DECRYPT_MODE,
                wrap,
                new byte[12],
                new byte[0],
                Arrays.copyOfRange(arcb, at + 32, at + 80));
        int end = from + 80 * slots;
        byte[] secrets =
            ArcbWriter.gcm(
                Cipher.DECRYPT_MODE,
                key,
                Arrays.copyOfRange(arcb, 16, 28),
                Arrays.copyOf(arcb, end),
                Arrays.copyOfRange(arcb, end, arcb.length));
        return measured(secrets, own, tags, userData);
      }
      throw new IllegalStateException("no slot for this host");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Measured measured(byte[] secrets, ECPublicKey host, byte[] tags, byte[] userData)
      throws GeneralSecurityException {
    byte[] additional = new byte[64];
    System.arraycopy(hash(host), 0, additional, 0, 32);
    System.arraycopy(hash(host), 0, additional, 32, 32);
    var content = ByteBuffer.allocate(208 + 16 + 8 + userData.length + 16 + 64);
    content
        .put(tags)
        .put(new byte[16])
        .putShort((short) userData.length)
        .putShort((short) 0)
        .putInt(64);
    content.put(userData).put(secrets, 64, 16).put(additional);
    var mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(secrets, 0, 64, "HmacSHA512"));
    return new Measured(mac.doFinal(content.array()), additional);
  }
}
