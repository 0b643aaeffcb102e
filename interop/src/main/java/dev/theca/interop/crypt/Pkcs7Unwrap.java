package dev.theca.interop.crypt;

import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * Opens CMS packets with a private RSA key. Which certificate a packet names is not asked: the key
 * fits or it does not. All failures are one refusal.
 */
public final class Pkcs7Unwrap implements KeyUnwrap {
  private final RSAPrivateKey key;

  public Pkcs7Unwrap(RSAPrivateKey key) {
    this.key = key;
  }

  @Override
  public boolean reads(String annotation) {
    return annotation.equals(Annotations.PKCS7);
  }

  @Override
  public Outcome<Secret> unwrap(String annotation, byte[] packet) {
    Optional<Enveloped> message = Enveloped.parse(packet);
    if (message.isEmpty())
      return refused("CMS EnvelopedData with RSA recipients and AES content", "something else");
    for (Enveloped.Recipient recipient : message.get().recipients()) {
      byte[] contentKey = {};
      try {
        contentKey = recipient.contentKey(key, message.get().content().keyBytes());
        byte[] plain = message.get().content().open(contentKey);
        // CBC has no tag: one false key in 256 leaves something that looks like padding
        if (plain.length > 0 && plain[0] == '{') return Outcome.granted(Secret.moveFrom(plain));
        Arrays.fill(plain, (byte) 0);
      } catch (GeneralSecurityException e) {
        continue; // somebody else's
      } finally {
        Arrays.fill(contentKey, (byte) 0);
      }
    }
    return refused("a message for this key, unaltered", "another key's, or altered bytes");
  }

  private static Outcome<Secret> refused(String expected, String found) {
    return CryptCode.PACKET.refuse("PKCS#7 packet", expected, found, "seal the image again");
  }
}
