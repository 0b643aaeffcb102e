package dev.theca.broker.token;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * A public signing key as the database knows it.
 *
 * @param jwk public members with {@code alg}, and {@code x5c}, {@code x5u} where there are some: as
 *     the header carries it
 * @param goodUntil when tokens of a retired key have all expired
 */
record HeldKey(
    String kid, State state, JsonObject jwk, Instant made, Instant goodUntil, PublicKey key) {
  /** A key's way: published, signing, verifying only. A key that is gone has no row. */
  enum State {
    NEXT,
    CURRENT,
    OPERATOR,
    RETIRED;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static State of(String word) {
      return valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }
  }

  static HeldKey read(String kid, String state, String jwk, long made, long goodUntil) {
    var members = Json.object(jwk.getBytes(StandardCharsets.UTF_8)).orThrow();
    var key = EcdsaSigning.prepared(Jwk.parse(members).orThrow().publicKey());
    return new HeldKey(
        kid,
        State.of(state),
        members,
        Instant.ofEpochMilli(made),
        Instant.ofEpochMilli(goodUntil),
        key);
  }

  boolean verifiesAt(Instant now) {
    return state != State.RETIRED || now.isBefore(goodUntil);
  }

  /** The entry of a JWK set. */
  JsonObject published() {
    var members = new LinkedHashMap<String, JsonValue>(jwk.members());
    members.put("kid", new JsonString(kid));
    members.put("use", new JsonString("sig"));
    return new JsonObject(members);
  }

  /** Public members with the algorithm, in the order that the reference emits. */
  static JsonObject header(Jwk key) {
    var members = new LinkedHashMap<String, JsonValue>();
    members.put("alg", new JsonString("ES256"));
    members.putAll(key.publicJson().members());
    return new JsonObject(members);
  }
}
