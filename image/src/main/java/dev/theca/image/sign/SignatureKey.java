package dev.theca.image.sign;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.Pem;
import dev.theca.wire.x509.PublicKeyInfo;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * A public key that verifies images: ECDSA on P-256, P-384 or P-521 (DER signatures), RSA of 2048
 * bits or more (PKCS#1 v1.5 or PSS), or Ed25519. The key decides the algorithm, never the message.
 *
 * @param fingerprint SHA-256 of the SubjectPublicKeyInfo, hex
 */
public record SignatureKey(PublicKey key, Kind kind, String fingerprint) {
  enum Kind {
    P256("SHA256withECDSA"),
    P384("SHA384withECDSA"),
    P521("SHA512withECDSA"),
    RSA("SHA256withRSA"),
    ED25519("Ed25519");

    final String signature;

    Kind(String signature) {
      this.signature = signature;
    }
  }

  /** Reads one PEM block {@code PUBLIC KEY}. */
  public static Outcome<SignatureKey> pem(byte[] text) {
    var blocks = Pem.read("PUBLIC KEY", new String(text, StandardCharsets.US_ASCII));
    return blocks.isPresent() && blocks.get().size() == 1
        ? spki(blocks.get().getFirst())
        : bad("one PEM block PUBLIC KEY", "other text");
  }

  /** Reads a SubjectPublicKeyInfo in DER. */
  public static Outcome<SignatureKey> spki(byte[] der) {
    try {
      return switch (PublicKeyInfo.read(der)) {
        case PublicKeyInfo.Ec(var curve, _) ->
            switch (curve) {
              case PublicKeyInfo.P256 -> of("EC", Kind.P256, der);
              case PublicKeyInfo.P384 -> of("EC", Kind.P384, der);
              case PublicKeyInfo.P521 -> of("EC", Kind.P521, der);
              default -> bad("curve P-256, P-384 or P-521", "curve " + curve);
            };
        case PublicKeyInfo.Rsa(var modulus, _) ->
            modulus.bitLength() < 2048
                ? bad("RSA of 2048 bits or more", modulus.bitLength() + " bits")
                : of("RSA", Kind.RSA, der);
        case PublicKeyInfo.Other(var oid) ->
            oid.equals("1.3.101.112")
                ? of("Ed25519", Kind.ED25519, der)
                : bad("ECDSA, RSA or Ed25519", "algorithm " + oid);
      };
    } catch (DerReader.Malformed | GeneralSecurityException e) {
      return bad("a public key", "bytes that are none: " + e.getMessage());
    }
  }

  private static Outcome<SignatureKey> of(String algorithm, Kind kind, byte[] der)
      throws GeneralSecurityException {
    var key = KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    return Outcome.granted(new SignatureKey(key, kind, Digest.sha256(der).hex()));
  }

  /** SubjectPublicKeyInfo, DER (RFC 5280 section 4.1.2.7). */
  public byte[] spki() {
    return key.getEncoded();
  }

  /**
   * Whether the signature holds. Of the larger curves also with SHA-256, as older cosign signs; of
   * RSA both paddings, PSS with the salts that signers use: the hash's length, or all that fits.
   */
  public boolean verifies(byte[] message, byte[] signature) {
    return switch (kind) {
      case P256, ED25519 -> holds(kind.signature, message, signature);
      case P384, P521 ->
          holds(kind.signature, message, signature) || holds("SHA256withECDSA", message, signature);
      case RSA ->
          holds(kind.signature, message, signature)
              || pss(32, message, signature)
              || pss(longestSalt(), message, signature);
    };
  }

  /** RFC 8017, section 9.1.1: what is left of the encoded message beside hash and two bytes. */
  private int longestSalt() {
    int bits = ((RSAPublicKey) key).getModulus().bitLength();
    return (bits - 1 + 7) / 8 - 32 - 2;
  }

  private boolean holds(String algorithm, byte[] message, byte[] signature) {
    try {
      return verify(Signature.getInstance(algorithm), message, signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + algorithm, e);
    }
  }

  private boolean pss(int salt, byte[] message, byte[] signature) {
    try {
      var verifier = Signature.getInstance("RSASSA-PSS");
      verifier.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
      return verify(verifier, message, signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSASSA-PSS", e);
    }
  }

  private boolean verify(Signature verifier, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    verifier.initVerify(key);
    try {
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false; // bytes that are no signature of this algorithm
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignatureKey k && Arrays.equals(k.spki(), spki());
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.KEY.refused(
        "signature key", expected, found, "name the signer's public key in the policy");
  }
}
