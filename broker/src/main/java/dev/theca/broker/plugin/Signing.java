package dev.theca.broker.plugin;

import dev.theca.wire.der.Der;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;

/**
 * A key that signs certificates: ECDSA by the size of its curve (RFC 5758), else RSA PKCS#1 v1.5
 * with SHA-256.
 */
record Signing(PrivateKey key, PublicKey verifies, Provider provider) {
  /** A key in this process. */
  static Signing of(PrivateKey key, PublicKey verifies) {
    try {
      return new Signing(key, verifies, Signature.getInstance(name(verifies)).getProvider());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot sign", e);
    }
  }

  private static String digest(PublicKey verifies) {
    int bits = verifies instanceof ECKey ec ? ec.getParams().getOrder().bitLength() : 256;
    return bits > 384 ? "SHA512" : bits > 256 ? "SHA384" : "SHA256";
  }

  /** The AlgorithmIdentifier. */
  byte[] algorithm() {
    if (verifies instanceof RSAKey)
      return Der.sequence(Der.oid("1.2.840.113549.1.1.11"), Der.element(0x05, new byte[0]));
    return switch (digest(verifies)) {
      case "SHA512" -> Der.sequence(Der.oid("1.2.840.10045.4.3.4"));
      case "SHA384" -> Der.sequence(Der.oid("1.2.840.10045.4.3.3"));
      default -> Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    };
  }

  /** The element over a to-be-signed part: itself, algorithm, signature. */
  byte[] sign(byte[] tbs) {
    try {
      var signature = Signature.getInstance(name(verifies), provider);
      signature.initSign(key);
      signature.update(tbs);
      return Der.sequence(tbs, algorithm(), Der.bits(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the authority's key cannot sign", e);
    }
  }

  /** Whether this key's public half confirms a signature. */
  boolean confirms(byte[] signed, byte[] signature) throws GeneralSecurityException {
    var verifier = Signature.getInstance(name(verifies));
    verifier.initVerify(verifies);
    verifier.update(signed);
    return verifier.verify(signature);
  }

  private static String name(PublicKey verifies) {
    return verifies instanceof RSAKey ? "SHA256withRSA" : digest(verifies) + "withECDSA";
  }
}
