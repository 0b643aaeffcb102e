package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The public keys of an identity provider, as they were read once. */
record KeySet(List<Named> keys) {
  private static final int MAX_KEYS = 100;

  /** A key with its id; empty text where it has none. */
  record Named(String kid, VerifyingKey key) {}

  KeySet {
    keys = List.copyOf(keys);
  }

  static Outcome<KeySet> pem(byte[] text) {
    return VerifyingKey.pem(new String(text, StandardCharsets.UTF_8))
        .map(key -> new KeySet(List.of(new Named("", key))));
  }

  /** Reads a JWK set (RFC 7517, section 5); keys that are not for signatures here are left out. */
  static Outcome<KeySet> jwks(byte[] bytes) {
    return Json.object(bytes, Limits.DEFAULT.withDepth(16))
        .then(json -> json.requireArray("keys"))
        .then(
            items -> {
              var keys = new ArrayList<Named>();
              for (var item : items)
                if (item instanceof JsonObject jwk
                    && VerifyingKey.jwk(jwk) instanceof Outcome.Granted<VerifyingKey>(var key))
                  keys.add(new Named(jwk.string("kid").orElse(""), key));
              return keys.isEmpty() || items.size() > MAX_KEYS
                  ? AdminCode.KEY.refuse(
                      "JWK set",
                      "1 to " + MAX_KEYS + " keys, some of them for signatures",
                      items.size() + " keys, " + keys.size() + " of use",
                      "publish the provider's signature keys")
                  : Outcome.granted(new KeySet(keys));
            });
  }

  /**
   * The keys that a token's header may mean. Without a {@code kid}, a set of one key only; a PEM
   * key has no id and is meant whatever the header says.
   */
  List<VerifyingKey> candidates(String kid) {
    return keys.stream()
        .filter(k -> k.kid().isEmpty() || k.kid().equals(kid) || kid.isEmpty() && keys.size() == 1)
        .map(Named::key)
        .toList();
  }
}
