package dev.theca.interop.sign;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * NaCl's secretbox (XSalsa20-Poly1305): the first 32 bytes of key stream are the MAC's key, the
 * rest is added to the text; the MAC is over the ciphertext, and before it. A class of its own, so
 * that BouncyCastle's jar is opened only where there is a box.
 */
final class SecretBox {
  static final int MAC = 16;

  private SecretBox() {}

  /** The text; empty when the key is another, or the box was changed. */
  static Optional<byte[]> open(byte[] key, byte[] nonce, byte[] box) {
    byte[] plain = new byte[box.length - MAC];
    byte[] mac = mac(crypt(key, nonce, box, MAC, plain), box);
    return MessageDigest.isEqual(mac, Arrays.copyOf(box, MAC))
        ? Optional.of(plain)
        : Optional.empty();
  }

  static byte[] seal(byte[] key, byte[] nonce, byte[] plain) {
    byte[] sealed = new byte[plain.length];
    var poly = crypt(key, nonce, plain, 0, sealed);
    byte[] box = new byte[MAC + sealed.length];
    System.arraycopy(sealed, 0, box, MAC, sealed.length);
    System.arraycopy(mac(poly, box), 0, box, 0, MAC);
    return box;
  }

  private static byte[] mac(Poly1305 poly, byte[] box) {
    byte[] mac = new byte[MAC];
    poly.update(box, MAC, box.length - MAC);
    poly.doFinal(mac, 0);
    return mac;
  }

  private static Poly1305 crypt(byte[] key, byte[] nonce, byte[] in, int at, byte[] out) {
    var cipher = new XSalsa20Engine();
    cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    byte[] macKey = new byte[32];
    cipher.processBytes(macKey, 0, 32, macKey, 0);
    cipher.processBytes(in, at, out.length, out, 0);
    var poly = new Poly1305();
    poly.init(new KeyParameter(macKey));
    Arrays.fill(macKey, (byte) 0);
    return poly;
  }
}
