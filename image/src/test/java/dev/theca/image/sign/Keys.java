package dev.theca.image.sign;

import dev.theca.wire.der.Pem;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** Keys of every kind, made when they are first asked for. */
final class Keys {
  private Keys() {}

  static KeyPair of(String kind) {
    try {
      if (kind.equals("Ed25519")) return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      boolean rsa = kind.startsWith("RSA");
      var generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
      if (rsa) generator.initialize(Integer.parseInt(kind.substring(3)));
      else generator.initialize(new ECGenParameterSpec(kind));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(KeyPair pair) {
    return Pem.write("PUBLIC KEY", pair.getPublic().getEncoded());
  }
}
