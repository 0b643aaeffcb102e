package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A public key with the JOSE algorithms that it may be used with (RFC 7518, section 3.1; RFC 8037):
 * they follow from the key, never from the message. Points were checked to be on their curve.
 */
public final class VerifyingKey {
  /** SubjectPublicKeyInfo of Ed25519 up to the 32 bytes of the key (RFC 8410, section 4). */
  private static final byte[] ED25519 = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final PublicKey key;
  private final Set<String> algorithms;

  private VerifyingKey(PublicKey key, Set<String> algorithms) {
    this.key = key;
    this.algorithms = algorithms;
  }

  public PublicKey publicKey() {
    return key;
  }

  /** Reads the one {@code PUBLIC KEY} block of a PEM text: EC on NIST curves, RSA, Ed25519. */
  public static Outcome<VerifyingKey> pem(String text) {
    var blocks = Pem.read("PUBLIC KEY", text).orElse(List.of());
    if (blocks.size() != 1) return refused("one PUBLIC KEY block", blocks.size() + "");
    byte[] spki = blocks.getFirst();
    for (String kind : List.of("EC", "RSA", "Ed25519")) {
      try {
        return of(KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(spki)));
      } catch (GeneralSecurityException e) {
        continue; // a key of another kind
      }
    }
    return refused("an EC, RSA or Ed25519 key", "another, or a damaged one");
  }

  /** Reads a public JWK; its {@code alg}, {@code use} and {@code key_ops} narrow what it is for. */
  public static Outcome<VerifyingKey> jwk(JsonObject json) {
    if (json.get("use").isPresent() && !json.string("use").orElse("").equals("sig"))
      return refused("use sig", "another use");
    if (json.get("key_ops").isPresent()
        && !json.strings("key_ops").orElse(List.of()).contains("verify"))
      return refused("key_ops with verify", "others");
    var read =
        json.string("kty").orElse("").equals("OKP")
            ? okp(json)
            : Jwk.parse(json).then(jwk -> of(jwk.publicKey()));
    if (json.get("alg").isEmpty()) return read;
    String alg = json.string("alg").orElse("");
    return read.then(
        key ->
            key.algorithms.contains(alg)
                ? Outcome.granted(new VerifyingKey(key.key, Set.of(alg)))
                : refused("alg " + key.algorithms, Words.shown(alg)));
  }

  private static Outcome<VerifyingKey> okp(JsonObject json) {
    var x = json.string("x").flatMap(B64::fromUrl).filter(b -> b.length == 32);
    if (!json.string("crv").orElse("").equals("Ed25519") || x.isEmpty())
      return refused("crv Ed25519 with x of 32 bytes", "another");
    byte[] spki = Arrays.copyOf(ED25519, ED25519.length + 32);
    System.arraycopy(x.get(), 0, spki, ED25519.length, 32);
    try {
      return of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
    } catch (GeneralSecurityException e) {
      return refused("a point of Ed25519", "other bytes");
    }
  }

  private static Outcome<VerifyingKey> of(PublicKey key) {
    return switch (key) {
      case EdECPublicKey ed -> Outcome.granted(new VerifyingKey(ed, Set.of("EdDSA", "Ed25519")));
      case RSAPublicKey rsa ->
          Jwk.of(rsa)
              .map(
                  k ->
                      new VerifyingKey(
                          rsa, Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")));
      case ECPublicKey ec ->
          Jwk.of(ec)
              .map(
                  k ->
                      switch (ec.getParams().getCurve().getField().getFieldSize()) {
                        case 256 -> new VerifyingKey(ec, Set.of("ES256"));
                        case 384 -> new VerifyingKey(ec, Set.of("ES384"));
                        default -> new VerifyingKey(ec, Set.of("ES512"));
                      });
      default -> refused("an EC, RSA or Ed25519 key", key.getAlgorithm());
    };
  }

  /** Whether the key may be used with the algorithm at all. */
  public boolean takes(String alg) {
    return algorithms.contains(alg);
  }

  /** Whether this key made the signature over the bytes, with an algorithm that is the key's. */
  public boolean verifies(String alg, byte[] content, byte[] signature) {
    if (!takes(alg)) return false;
    try {
      var check = verifier(alg);
      check.initVerify(key);
      check.update(content);
      return check.verify(signature);
    } catch (SignatureException | InvalidKeyException e) {
      return false; // a signature of the wrong length or form
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot verify " + alg, e);
    }
  }

  private static Signature verifier(String alg) throws GeneralSecurityException {
    String bits = alg.substring(2);
    return switch (alg) {
      case "ES256", "ES384", "ES512" ->
          Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
      case "RS256", "RS384", "RS512" -> Signature.getInstance("SHA" + bits + "withRSA");
      case "PS256", "PS384", "PS512" -> {
        var pss = Signature.getInstance("RSASSA-PSS");
        var mask = new MGF1ParameterSpec("SHA-" + bits);
        pss.setParameter(
            new PSSParameterSpec("SHA-" + bits, "MGF1", mask, Integer.parseInt(bits) / 8, 1));
        yield pss;
      }
      default -> Signature.getInstance("Ed25519");
    };
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return AdminCode.KEY.refuse(
        "public key", expected, found, "give a PEM SubjectPublicKeyInfo or a public JWK");
  }
}
