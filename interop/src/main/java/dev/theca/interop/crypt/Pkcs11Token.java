package dev.theca.interop.crypt;

import dev.theca.image.ImageException;
import dev.theca.image.crypt.SecretFile;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * An RSA key inside a token, by the JDK's SunPKCS11, which sees a private key only beside a
 * certificate of the same CKA_ID, and has the raw RSA operation but no OAEP: the padding is taken
 * off by {@link OaepPadding}.
 */
final class Pkcs11Token {
  private static final int MAX_PIN = 256;

  private final Provider provider;
  private final PrivateKey privateKey;
  private final RSAPublicKey publicKey;

  private Pkcs11Token(Provider provider, PrivateKey privateKey, RSAPublicKey publicKey) {
    this.provider = provider;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  RSAPublicKey publicKey() {
    return publicKey;
  }

  /** Logs in once: tokens count wrong PINs. {@code password} wins over what the URI has. */
  static Outcome<Pkcs11Token> open(Pkcs11Uri uri, Secret password) {
    if (password.sizeBytes() > 0) return password.lend(raw -> open(uri, raw));
    if (uri.pinFile().isPresent())
      return SecretFile.read(Path.of(uri.pinFile().get()), MAX_PIN)
          .then(
              pin -> {
                try (pin) {
                  return pin.lend(raw -> open(uri, raw));
                }
              });
    return login(uri, uri.pin());
  }

  private static Outcome<Pkcs11Token> open(Pkcs11Uri uri, byte[] utf8) {
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8));
    int length = decoded.length();
    while (length > 0 && decoded.get(length - 1) <= ' ') length--;
    char[] pin = new char[length];
    decoded.get(pin);
    try {
      return login(uri, pin);
    } finally {
      Arrays.fill(decoded.array(), '\0');
      Arrays.fill(pin, '\0');
    }
  }

  private static Outcome<Pkcs11Token> login(Pkcs11Uri uri, char[] pin) {
    String configuration =
        "--name=theca-keys\nlibrary="
            + uri.module()
            + "\n"
            + uri.slot().map(id -> "slot=" + id).orElse("slotListIndex=0")
            + "\n";
    try {
      var provider = Security.getProvider("SunPKCS11").configure(configuration);
      var objects = KeyStore.getInstance("PKCS11", provider);
      objects.load(null, pin);
      var certificate = objects.getCertificate(uri.object());
      if (certificate != null
          && certificate.getPublicKey() instanceof RSAPublicKey publicKey
          && objects.getKey(uri.object(), null) instanceof PrivateKey privateKey)
        return Outcome.granted(new Pkcs11Token(provider, privateKey, publicKey));
      return Pkcs11Uri.bad(
          "an RSA key with a certificate of the same id under label " + uri.object(),
          "none: store a certificate beside the key");
    } catch (GeneralSecurityException
        | IOException
        | ProviderException
        | InvalidParameterException e) {
      return Pkcs11Uri.bad("a module, slot and PIN that open", "no login at " + uri.module());
    }
  }

  /** RFC 8017, section 7.1.2; empty when the blob is for another key. */
  java.util.Optional<byte[]> decrypt(byte[] blob, String hash) {
    int size = (publicKey.getModulus().bitLength() + 7) / 8;
    if (blob.length != size
        || new java.math.BigInteger(1, blob).compareTo(publicKey.getModulus()) >= 0)
      return java.util.Optional.empty();
    try {
      var cipher = Cipher.getInstance("RSA/ECB/NoPadding", provider);
      cipher.init(Cipher.DECRYPT_MODE, privateKey);
      byte[] out = cipher.doFinal(blob);
      byte[] padded = new byte[size];
      System.arraycopy(out, 0, padded, size - out.length, out.length);
      Arrays.fill(out, (byte) 0);
      return OaepPadding.remove(padded, hash);
    } catch (GeneralSecurityException | ProviderException e) {
      throw new ImageException("the token cannot decrypt", e);
    }
  }
}
