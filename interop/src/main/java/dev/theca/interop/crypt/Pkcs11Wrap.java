package dev.theca.interop.crypt;

import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import javax.crypto.Cipher;

/** The owner of an RSA key in a token as recipient (ocicrypt, {@code pkcs11}). */
public final class Pkcs11Wrap implements KeyWrap {
  private final RSAPublicKey key;

  public Pkcs11Wrap(RSAPublicKey key) {
    this.key = key;
  }

  @Override
  public String annotation() {
    return Annotations.PKCS11;
  }

  @Override
  public Outcome<byte[]> wrap(Secret privateOptions) {
    try {
      byte[] blob =
          privateOptions.<byte[], GeneralSecurityException>lend(
              raw -> Oaep.run(Cipher.ENCRYPT_MODE, key, "SHA-1", raw));
      return Outcome.granted(Pkcs11Packet.write(blob));
    } catch (GeneralSecurityException e) {
      return CryptCode.RECIPIENT.refuse(
          "PKCS#11 recipient",
          "an RSA key of at least 2048 bits",
          key.getModulus().bitLength() + " bits",
          "use a larger key");
    }
  }

  @Override
  public String recipient() {
    return "pkcs11 RSA key of " + key.getModulus().bitLength() + " bits";
  }
}
