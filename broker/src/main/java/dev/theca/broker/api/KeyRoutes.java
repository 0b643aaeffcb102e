package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.broker.seal.DataKeyStatus;
import dev.theca.broker.seal.Keyring;
import dev.theca.broker.spi.KeyEncryption;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;

/** Data keys, and their wrapping under the key-encryption key that is configured now. */
public final class KeyRoutes {
  private final Keyring keyring;
  private final KeyEncryption current;
  private final Audit audit;

  public KeyRoutes(Keyring keyring, KeyEncryption current, Audit audit) {
    this.keyring = keyring;
    this.current = current;
    this.audit = audit;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/theca/v1/data-keys", Access.ADMIN, call -> list()),
        new Route("POST", "/theca/v1/data-keys/rewrap", Access.ADMIN, this::rewrap));
  }

  private Answer list() {
    return Answer.json(
        JsonObject.builder()
            .put("key_encryption_key", current.name())
            .put(
                "data_keys", new JsonArray(keyring.status().stream().map(KeyRoutes::json).toList()))
            .build());
  }

  private static JsonValue json(DataKeyStatus status) {
    return JsonObject.builder()
        .put("id", status.id() + "")
        .put("key_encryption_key", status.kek())
        .put("created", java.time.Instant.ofEpochMilli(status.createdMillis()).toString())
        .put("sealings", status.sealings())
        .build();
  }

  private Answer rewrap(Route.Call call) {
    int changed = keyring.rewrap(current);
    var detail =
        JsonObject.builder()
            .put("rewrapped", changed)
            .put("key_encryption_key", current.name())
            .build();
    audit.record(new Event("key", "granted", "", call.who(), detail));
    return Answer.json(detail);
  }
}
