package dev.theca.image.sign;

import dev.theca.image.crypt.EcPublicHalf;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.secret.Secret;
import dev.theca.wire.x509.PublicKeyInfo;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * A private key that signs images: ECDSA on the three NIST curves, RSA (PKCS#1 v1.5), Ed25519, each
 * with the algorithm that {@link SignatureKey} verifies first. It holds a JDK key, which lives in
 * the heap as long as this does: for the owner's side.
 */
public final class SigningKey {
  private static final String EC = "1.2.840.10045.2.1";
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String ED25519 = "1.3.101.112";

  private final PrivateKey key;
  private final String algorithm;
  private final Optional<SignatureKey> verifier;

  private SigningKey(PrivateKey key, String algorithm, Optional<SignatureKey> verifier) {
    this.key = key;
    this.algorithm = algorithm;
    this.verifier = verifier;
  }

  public static Outcome<SigningKey> of(KeyPair pair) {
    return SignatureKey.spki(pair.getPublic().getEncoded())
        .map(v -> new SigningKey(pair.getPrivate(), v.kind().signature, Optional.of(v)));
  }

  /** Reads one PEM block: PKCS#8, or the older forms of EC (SEC 1) and RSA (PKCS#1) keys. */
  public static Outcome<SigningKey> pem(Secret text) {
    return text.lend(
        bytes -> {
          var read = SecretPem.<Outcome<SigningKey>>lend(bytes, SigningKey::block);
          return read.orElseGet(() -> bad("a private key in PEM", "other text"));
        });
  }

  private static Outcome<SigningKey> block(String label, byte[] der) {
    return switch (label) {
      case "PRIVATE KEY" -> pkcs8(der);
      case "EC PRIVATE KEY" -> sec1(der);
      case "RSA PRIVATE KEY" -> wrapped(der, Der.oid(RSA), Der.element(5, NONE));
      default -> bad("an unencrypted private key in PEM", "block " + label);
    };
  }

  /** Reads PKCS#8 in DER. */
  public static Outcome<SigningKey> pkcs8(Secret der) {
    return der.lend(bytes -> pkcs8(bytes));
  }

  private static final byte[] NONE = {};

  private static Outcome<SigningKey> sec1(byte[] der) {
    try {
      var in = new DerReader(der).sequence();
      in.integer(1);
      in.content(0x04);
      if (in.peekTag() != 0xA0) return bad("a curve in the key", "none");
      return wrapped(der, Der.oid(EC), Der.oid(in.enter(0xA0).oid()));
    } catch (DerReader.Malformed e) {
      return bad("an EC key (SEC 1)", "other bytes");
    }
  }

  /** RFC 5958: version, algorithm, the key in its own form. */
  private static Outcome<SigningKey> wrapped(byte[] der, byte[] oid, byte[] parameters) {
    byte[] pkcs8 = Der.sequence(Der.integer(0), Der.sequence(oid, parameters), Der.octets(der));
    try {
      return pkcs8(pkcs8);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static Outcome<SigningKey> pkcs8(byte[] der) {
    try {
      var in = new DerReader(der).sequence();
      in.integer(1);
      var algorithm = in.sequence();
      String oid = algorithm.oid();
      var spec = new PKCS8EncodedKeySpec(der);
      return switch (oid) {
        case EC -> {
          String curve = algorithm.oid();
          var kind =
              switch (curve) {
                case PublicKeyInfo.P256 -> SignatureKey.Kind.P256;
                case PublicKeyInfo.P384 -> SignatureKey.Kind.P384;
                default -> SignatureKey.Kind.P521;
              };
          var key = KeyFactory.getInstance("EC").generatePrivate(spec);
          yield SignatureKey.spki(EcPublicHalf.of((ECPrivateKey) key).getEncoded())
              .map(v -> new SigningKey(key, kind.signature, Optional.of(v)));
        }
        case RSA -> {
          var factory = KeyFactory.getInstance("RSA");
          var key = (RSAPrivateCrtKey) factory.generatePrivate(spec);
          var half =
              factory.generatePublic(
                  new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
          yield SignatureKey.spki(half.getEncoded())
              .map(v -> new SigningKey(key, v.kind().signature, Optional.of(v)));
        }
        case ED25519 -> {
          var key = (EdECPrivateKey) KeyFactory.getInstance("Ed25519").generatePrivate(spec);
          yield SignatureKey.spki(EdPublicHalf.of(key).getEncoded())
              .map(v -> new SigningKey(key, "Ed25519", Optional.of(v)));
        }
        default -> bad("an EC, RSA or Ed25519 key", "algorithm " + oid);
      };
    } catch (DerReader.Malformed | GeneralSecurityException | ClassCastException e) {
      return bad("a private key (PKCS#8)", "other bytes"); // the cause could quote the key
    }
  }

  /** The public half, when it is known. */
  public Optional<SignatureKey> verifier() {
    return verifier;
  }

  byte[] sign(byte[] message) {
    try {
      var signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot sign with " + algorithm, e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[" + verifier.map(SignatureKey::fingerprint).orElse(algorithm) + "]";
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.KEY.refused("signing key", expected, found, "give the signer's private key");
  }
}
