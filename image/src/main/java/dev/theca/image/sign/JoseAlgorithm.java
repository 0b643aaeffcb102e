package dev.theca.image.sign;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** The algorithms that Notation allows, each for one kind of key ("Signature Algorithm"). */
enum JoseAlgorithm {
  ES256(SignatureKey.Kind.P256, 0, 256),
  ES384(SignatureKey.Kind.P384, 0, 384),
  ES512(SignatureKey.Kind.P521, 0, 512),
  PS256(SignatureKey.Kind.RSA, 2048, 256),
  PS384(SignatureKey.Kind.RSA, 3072, 384),
  PS512(SignatureKey.Kind.RSA, 4096, 512);

  private final SignatureKey.Kind kind;
  private final int rsaBits;
  private final int hashBits;

  JoseAlgorithm(SignatureKey.Kind kind, int rsaBits, int hashBits) {
    this.kind = kind;
    this.rsaBits = rsaBits;
    this.hashBits = hashBits;
  }

  /** Whether a signature holds; false when the key is not this algorithm's. */
  static boolean holds(String name, SignatureKey key, byte[] message, byte[] signature) {
    for (JoseAlgorithm one : values())
      if (one.name().equals(name)) return one.fits(key) && one.verify(key, message, signature);
    return false;
  }

  private boolean fits(SignatureKey key) {
    return key.kind() == kind
        && (!(key.key() instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() == rsaBits);
  }

  private boolean verify(SignatureKey key, byte[] message, byte[] signature) {
    try {
      var verifier =
          rsaBits == 0
              ? Signature.getInstance("SHA" + hashBits + "withECDSAinP1363Format")
              : Signature.getInstance("RSASSA-PSS");
      if (rsaBits != 0)
        verifier.setParameter(
            new PSSParameterSpec(
                "SHA-" + hashBits,
                "MGF1",
                new MGF1ParameterSpec("SHA-" + hashBits),
                hashBits / 8,
                PSSParameterSpec.TRAILER_FIELD_BC));
      verifier.initVerify(key.key());
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // bytes that are no signature
    }
  }
}
