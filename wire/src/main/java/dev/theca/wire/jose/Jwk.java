package dev.theca.wire.jose;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;

/**
 * A JSON Web Key (RFC 7517): EC on P-256, P-384 or P-521, or RSA of 2048 to 8192 bits. Points were
 * checked to be on their curve. {@code toString} shows the public half only.
 */
public final class Jwk {
  private final PublicKey publicKey;
  private final Optional<PrivateKey> privateKey;

  private Jwk(PublicKey publicKey, Optional<PrivateKey> privateKey) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /** A fresh EC key on {@code P-256}, {@code P-384} or {@code P-521}. */
  public static Jwk generate(String crv) {
    Curve curve =
        Curve.named(crv).orElseThrow(() -> new IllegalArgumentException("no curve " + crv));
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(curve.spec);
      KeyPair pair = generator.generateKeyPair();
      return new Jwk(pair.getPublic(), Optional.of(pair.getPrivate()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK makes no EC keys", e);
    }
  }

  /** Wraps a JDK key; refuses other kinds than EC on the three curves and RSA. */
  public static Outcome<Jwk> of(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec
          when Curve.of(ec.getParams()).filter(c -> c.contains(ec.getW())).isPresent() ->
          Outcome.granted(new Jwk(ec, Optional.empty()));
      case RSAPublicKey rsa when rsaSize(rsa.getModulus()) ->
          Outcome.granted(new Jwk(rsa, Optional.empty()));
      default ->
          refused(
              "an EC key on P-256, P-384 or P-521, or RSA of 2048 to 8192 bits",
              key.getAlgorithm() + " key of another kind");
    };
  }

  public static Jwk of(KeyPair pair) {
    return new Jwk(of(pair.getPublic()).orThrow().publicKey, Optional.of(pair.getPrivate()));
  }

  /**
   * Reads a public or private key; unknown members are ignored, missing or malformed ones refused.
   */
  public static Outcome<Jwk> parse(JsonObject json) {
    try {
      return switch (json.string("kty").orElse("")) {
        case "EC" -> ec(json);
        case "RSA" -> rsa(json);
        default -> refused("kty EC or RSA", "kty '" + json.string("kty").orElse("") + "'");
      };
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return refused("a well-formed key", "numbers that form none");
    }
  }

  /** Reads a key that arrived as secret bytes. */
  public static Outcome<Jwk> parse(Secret json) {
    return json.lend(bytes -> Json.object(bytes)).then(Jwk::parse);
  }

  private static Outcome<Jwk> ec(JsonObject json) throws GeneralSecurityException {
    var curve = json.string("crv").flatMap(Curve::named);
    var x = number(json, "x");
    var y = number(json, "y");
    if (curve.isEmpty() || x.isEmpty() || y.isEmpty())
      return refused("crv P-256, P-384 or P-521 with x and y", "others");
    var point = new ECPoint(x.get(), y.get());
    if (!curve.get().contains(point))
      return refused("a point on " + curve.get().crv, "one beside it");
    var factory = KeyFactory.getInstance("EC");
    var publicKey = factory.generatePublic(new ECPublicKeySpec(point, curve.get().spec));
    var d = number(json, "d");
    if (d.isEmpty()) return Outcome.granted(new Jwk(publicKey, Optional.empty()));
    var privateKey = factory.generatePrivate(new ECPrivateKeySpec(d.get(), curve.get().spec));
    return Outcome.granted(new Jwk(publicKey, Optional.of(privateKey)));
  }

  private static Outcome<Jwk> rsa(JsonObject json) throws GeneralSecurityException {
    var n = number(json, "n");
    var e = number(json, "e");
    if (n.isEmpty() || e.isEmpty() || !rsaSize(n.get()))
      return refused("n of 2048 to 8192 bits, and e", "others");
    var factory = KeyFactory.getInstance("RSA");
    var publicKey = factory.generatePublic(new RSAPublicKeySpec(n.get(), e.get()));
    var d = number(json, "d");
    if (d.isEmpty()) return Outcome.granted(new Jwk(publicKey, Optional.empty()));
    var p = number(json, "p");
    var q = number(json, "q");
    var dp = number(json, "dp");
    var dq = number(json, "dq");
    var qi = number(json, "qi");
    if (p.isEmpty() || q.isEmpty() || dp.isEmpty() || dq.isEmpty() || qi.isEmpty()) {
      return refused("p, q, dp, dq and qi beside d", "a private key without them");
    }
    var spec =
        new RSAPrivateCrtKeySpec(
            n.get(), e.get(), d.get(), p.get(), q.get(), dp.get(), dq.get(), qi.get());
    return Outcome.granted(new Jwk(publicKey, Optional.of(factory.generatePrivate(spec))));
  }

  private static Optional<BigInteger> number(JsonObject json, String name) {
    return json.string(name)
        .flatMap(B64::fromUrl)
        .filter(b -> b.length > 0 && b.length <= 1024)
        .map(Unsigned::of);
  }

  private static boolean rsaSize(BigInteger n) {
    return n.bitLength() >= 2048 && n.bitLength() <= 8192;
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  public Optional<PrivateKey> privateKey() {
    return privateKey;
  }

  boolean isEc() {
    return publicKey instanceof ECPublicKey;
  }

  Curve curve() {
    return Curve.of(((ECPublicKey) publicKey).getParams()).orElseThrow();
  }

  /** The public members, in the order kty, crv, x, y or kty, n, e. */
  public JsonObject publicJson() {
    return publicMembers().build();
  }

  private JsonObject.Builder publicMembers() {
    if (publicKey instanceof ECPublicKey ec) {
      Curve curve = curve();
      return JsonObject.builder()
          .put("kty", "EC")
          .put("crv", curve.crv)
          .put("x", B64.url(curve.fixed(ec.getW().getAffineX())))
          .put("y", B64.url(curve.fixed(ec.getW().getAffineY())));
    }
    var rsa = (RSAPublicKey) publicKey;
    return JsonObject.builder()
        .put("kty", "RSA")
        .put("n", B64.url(Unsigned.minimal(rsa.getModulus())))
        .put("e", B64.url(Unsigned.minimal(rsa.getPublicExponent())));
  }

  /** The whole key as JSON bytes, to be stored where secrets are. */
  public Secret privateJson() {
    var members = publicMembers();
    switch (privateKey.orElseThrow(
        () -> new IllegalStateException("a public key has no private half"))) {
      case ECPrivateKey ec -> members.put("d", B64.url(curve().fixed(ec.getS())));
      case RSAPrivateCrtKey rsa ->
          members
              .put("d", B64.url(Unsigned.minimal(rsa.getPrivateExponent())))
              .put("p", B64.url(Unsigned.minimal(rsa.getPrimeP())))
              .put("q", B64.url(Unsigned.minimal(rsa.getPrimeQ())))
              .put("dp", B64.url(Unsigned.minimal(rsa.getPrimeExponentP())))
              .put("dq", B64.url(Unsigned.minimal(rsa.getPrimeExponentQ())))
              .put("qi", B64.url(Unsigned.minimal(rsa.getCrtCoefficient())));
      default -> throw new IllegalStateException("a private key of another kind");
    }
    return Secret.moveFrom(Json.write(members.build()));
  }

  @Override
  public String toString() {
    return "Jwk" + Json.text(publicJson());
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("bad-key"),
        "JSON web key",
        expected,
        found,
        "send a key as RFC 7517 and RFC 7518 describe it");
  }
}
