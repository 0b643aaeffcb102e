package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The public key of the TEE that a token speaks of: what answers are encrypted to. EC on P-256 or
 * P-521 with {@code ECDH-ES+A256KW}, or RSA with {@code RSA-OAEP-256}.
 *
 * @param alg the algorithm of the answer's encryption
 */
public record TeeKey(Jwk key, String alg) {
  /** Where issuers put it (JSON pointers, RFC 6901), in the order of the reference. */
  private static final List<String> PLACES =
      List.of(
          "/tdx/attester_runtime_data/tee-pubkey",
          "/tdx/attester_user_data/tee-pubkey",
          "/customized_claims/runtime_data/tee-pubkey",
          "/submods/cpu0/ear.veraison.annotated-evidence/runtime_data_claims/tee-pubkey",
          "/tee-pubkey");

  /** Looks in the extra places first; the first place that holds anything decides. */
  public static Outcome<TeeKey> find(JsonObject claims, List<String> extraPlaces) {
    var places = new ArrayList<>(extraPlaces);
    places.addAll(PLACES);
    for (String place : places) {
      var there = at(claims, place);
      if (there.isEmpty()) continue;
      return there.get() instanceof JsonObject jwk
          ? of(jwk)
          : refused("an object at " + place, "another value");
    }
    return refused("a key of the TEE (tee-pubkey) in its claims", "none");
  }

  /** Reads a key as the handshake carries it. */
  public static Outcome<TeeKey> of(JsonObject jwk) {
    boolean ec = jwk.string("kty").orElse("").equals("EC");
    String fitting = ec ? "ECDH-ES+A256KW" : "RSA-OAEP-256";
    String alg = jwk.string("alg").orElse(fitting);
    if (!alg.equals(fitting)) return refused("alg " + fitting, TokenCode.shown(alg));
    if (ec && jwk.string("crv").orElse("").equals("P-384"))
      return refused("a key on P-256 or P-521", "one on P-384");
    if (jwk.get("d").isPresent()) return refused("a public key", "a private one");
    if (ec && !isExact(jwk)) return refused("coordinates of the curve's length", "others");
    return Jwk.parse(jwk)
        .then(
            key ->
                key.publicKey() instanceof RSAPublicKey rsa && !isExponent(rsa.getPublicExponent())
                    ? refused("an odd exponent of 3 to 2^64", "another")
                    : Outcome.granted(new TeeKey(key, alg)));
  }

  /** RFC 8017, section 3.1; a long one only costs time. */
  private static boolean isExponent(BigInteger e) {
    return e.testBit(0) && e.compareTo(BigInteger.TWO) > 0 && e.bitLength() <= 64;
  }

  /** RFC 7518, section 6.2.1.2: a coordinate has the full length, zeros in front included. */
  private static boolean isExact(JsonObject jwk) {
    int chars = jwk.string("crv").orElse("").equals("P-521") ? 88 : 43;
    return jwk.string("x").orElse("").length() == chars
        && jwk.string("y").orElse("").length() == chars;
  }

  private static Optional<JsonValue> at(JsonObject claims, String pointer) {
    JsonValue value = claims;
    for (String step : pointer.substring(Math.min(1, pointer.length())).split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      var next =
          switch (value) {
            case JsonObject object -> object.get(name);
            case JsonArray array -> item(array, name);
            default -> Optional.<JsonValue>empty();
          };
      if (next.isEmpty()) return Optional.empty();
      value = next.get();
    }
    return Optional.of(value);
  }

  private static Optional<JsonValue> item(JsonArray array, String index) {
    if (!index.matches("0|[1-9][0-9]{0,4}")) return Optional.empty();
    int i = Integer.parseInt(index);
    return i < array.items().size() ? Optional.of(array.items().get(i)) : Optional.empty();
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return TokenCode.TOKEN_TEE_KEY.refused(
        expected, found, "attest with runtime data that holds the TEE's key");
  }
}
