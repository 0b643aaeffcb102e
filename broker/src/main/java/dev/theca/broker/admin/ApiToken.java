package dev.theca.broker.admin;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an API token; the token itself is not.
 *
 * @param id part of the token, and safe to show
 * @param roles as {@link Actor#roles}: {@code auditor}, {@code resource-owner@team-a}
 * @param used in whole hours, by any replica
 */
public record ApiToken(
    String id,
    String name,
    List<String> roles,
    Instant created,
    String createdBy,
    Optional<Instant> expires,
    Optional<Instant> revoked,
    Optional<Instant> used) {
  public ApiToken {
    roles = List.copyOf(roles);
  }

  /** As the admin API shows it. */
  public JsonObject json() {
    var json =
        JsonObject.builder()
            .put("id", id)
            .put("name", name)
            .put("roles", JsonArray.strings(roles))
            .put("created", created.toString())
            .put("created_by", createdBy);
    expires.ifPresent(t -> json.put("expires", t.toString()));
    revoked.ifPresent(t -> json.put("revoked", t.toString()));
    used.ifPresent(t -> json.put("used", t.toString()));
    return json.build();
  }

  boolean validAt(Instant now) {
    return revoked.isEmpty() && expires.filter(t -> !now.isBefore(t)).isEmpty();
  }
}
