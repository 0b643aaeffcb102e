package dev.theca.broker.token;

import dev.theca.wire.jose.B64;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Signs with the key that all replicas share: the operator's where one is given, else the current
 * one of the broker's own. Gives each token an id ({@code jti}), so that it can be revoked.
 */
public final class Signers implements TokenSigner {
  private final TokenStore store;
  private final SecureRandom random = new SecureRandom();

  public Signers(TokenStore store) {
    this.store = store;
  }

  /** A token; a fault when {@code exp} is absent or beyond what keys are kept for. */
  @Override
  public String sign(JsonObject claims) {
    long latest = store.clock().instant().plus(store.settings().longestLife()).getEpochSecond();
    long expiry =
        claims
            .integer("exp")
            .orElseThrow(() -> new IllegalArgumentException("no exp in the claims"));
    if (expiry > latest)
      throw new IllegalArgumentException("exp is beyond the longest life of a token");
    return store.signing().sign(claims.get("jti").isPresent() ? claims : identified(claims));
  }

  private JsonObject identified(JsonObject claims) {
    byte[] id = new byte[16];
    random.nextBytes(id);
    var members = new LinkedHashMap<>(claims.members());
    members.put("jti", new JsonString(B64.url(id)));
    return new JsonObject(members);
  }

  @Override
  public JsonObject jwks() {
    var now = store.clock().instant();
    var unused = store.signing(); // an operator's key that changed is published with this answer
    List<JsonValue> keys =
        store.state().keys().values().stream()
            .filter(key -> key.verifiesAt(now))
            .<JsonValue>map(HeldKey::published)
            .toList();
    return JsonObject.builder().put("keys", new JsonArray(keys)).build();
  }
}
