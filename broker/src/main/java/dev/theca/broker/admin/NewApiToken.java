package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A wish for an API token.
 *
 * @param roles names of roles, each held in every one of the tenants
 * @param tenants none: the roles are not bound to tenants
 */
public record NewApiToken(
    String name, List<String> roles, List<String> tenants, Optional<Instant> expires) {
  public NewApiToken {
    roles = List.copyOf(roles);
    tenants = List.copyOf(tenants);
  }

  /** Reads {@code {name, roles: [..], tenants: [..]?, expires: RFC 3339?}}. */
  public static Outcome<NewApiToken> parse(JsonObject json) {
    var fields = new Fields(AdminCode.TOKEN, "token", json);
    String name = fields.text("name");
    var roles = fields.texts("roles");
    var tenants = fields.texts("tenants");
    String text = fields.text("expires", "");
    Optional<Instant> expires = Optional.empty();
    try {
      if (!text.isEmpty()) expires = Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      fields.wrong("expires", "a time like 2027-01-31T00:00:00Z", Words.shown(text));
    }
    var until = expires;
    return fields.done(() -> new NewApiToken(name, roles, tenants, until));
  }

  List<Grant> grants() {
    var grants = new ArrayList<Grant>();
    for (String role : roles) {
      if (tenants.isEmpty()) grants.add(new Grant(role, ""));
      for (String tenant : tenants) grants.add(new Grant(role, tenant));
    }
    return grants;
  }
}
