package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The table {@code [admin]}: the reference's form (kbs-protocol.md, section 8) and our roles.
 * Without it, only the broker's own tokens are believed: the root token and those made with it. An
 * unknown key is refused by name.
 *
 * @param providers believed in mode {@code AuthenticatedAuthorization} only
 * @param acls the reference's rules; where there are some, a JWT's role means a rule or a role of
 *     {@code roles}, and a built-in role only through the provider's {@code role_map}
 * @param roles of the configuration, by name
 */
public record AdminSettings(
    Mode mode, List<IdentityProvider> providers, List<Acl> acls, Map<String, Role> roles) {
  /** Who is believed beside the broker's own tokens. */
  public enum Mode {
    /** Nobody. */
    DENY_ALL("DenyAll"),
    /** Identity providers. */
    AUTHENTICATED("AuthenticatedAuthorization"),
    /** Anyone who can reach the port. */
    INSECURE_ALLOW_ALL("InsecureAllowAll");

    final String word;

    Mode(String word) {
      this.word = word;
    }
  }

  public AdminSettings {
    providers = List.copyOf(providers);
    acls = List.copyOf(acls);
    roles = Map.copyOf(roles);
  }

  public static Outcome<AdminSettings> parse(JsonObject json) {
    var fields = new Fields(AdminCode.SETTINGS, "admin", json);
    String word = fields.text("authorization_mode", Mode.DENY_ALL.word);
    Mode mode = Mode.DENY_ALL;
    for (Mode known : Mode.values()) if (known.word.equals(word)) mode = known;
    if (!mode.word.equals(word))
      fields.wrong(
          "authorization_mode",
          "DenyAll, AuthenticatedAuthorization or InsecureAllowAll",
          Words.shown(word));
    var authentication = fields.table("authentication");
    var bearer = authentication.table("bearer_jwt");
    var providers = all(bearer, "identity_providers", IdentityProvider::parse);
    authentication.take(bearer);
    fields.take(authentication);
    var authorization = fields.table("authorization");
    var regex = authorization.table("regex_acl");
    var acls = all(regex, "acls", Acl::parse);
    authorization.take(regex);
    fields.take(authorization);
    var roles = new LinkedHashMap<String, Role>();
    for (Role role : all(fields, "roles", Role::parse))
      if (roles.put(role.name(), role) != null)
        fields.wrong("roles", "each name once", Words.shown(role.name()));
    if (mode == Mode.AUTHENTICATED && providers.isEmpty())
      fields.wrong("authentication.bearer_jwt.identity_providers", "at least one", "none");
    for (IdentityProvider provider : providers)
      for (IdentityProvider.Mapping mapping : provider.roleMap())
        if (!BuiltinRoles.NAMES.contains(mapping.role()) && !roles.containsKey(mapping.role()))
          fields.wrong("role_map", "roles that exist", Words.shown(mapping.role()));
    Mode chosen = mode;
    return fields.done(() -> new AdminSettings(chosen, providers, acls, roles));
  }

  /** What the operator must hear when the broker starts; each line names the setting. */
  public List<String> warnings() {
    return switch (mode) {
      case INSECURE_ALLOW_ALL ->
          List.of(
              "INSECURE: admin.authorization_mode = InsecureAllowAll: anyone who reaches this port"
                  + " may read, change and release every secret; use it in tests only");
      case DENY_ALL ->
          providers.isEmpty()
              ? List.of()
              : List.of(
                  "admin.authorization_mode = DenyAll: the identity providers are not believed");
      case AUTHENTICATED -> List.of();
    };
  }

  private static <T> List<T> all(
      Fields fields, String key, Function<JsonObject, Outcome<T>> reading) {
    var out = new ArrayList<T>();
    for (JsonValue value : fields.list(key)) {
      if (!(value instanceof JsonObject object)) {
        fields.wrong(key, "a list of tables", "another value in it");
        continue;
      }
      switch (reading.apply(object)) {
        case Outcome.Granted<T>(var read) -> out.add(read);
        case Outcome.Refused<T>(var reasons) -> fields.refuse(reasons);
      }
    }
    return out;
  }
}
