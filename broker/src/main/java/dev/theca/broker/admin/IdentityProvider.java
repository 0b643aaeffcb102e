package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who may issue tokens for administrators, and how their words become roles (kbs-protocol.md,
 * section 8; the members after {@code jwkSet} are ours).
 *
 * @param issuer what {@code iss} must be; empty text: anything
 * @param audience what {@code aud} must hold; empty text: anything
 * @param publicKey a PEM file, for tokens whose key the header does not choose
 * @param jwkSet a JWK set, or an issuer with discovery
 * @param caCerts the only roots that the provider's TLS is believed under; empty: the system's
 * @param rolesClaim where a list of roles or groups is, dotted path or JSON pointer; empty text:
 *     the one role of the claim {@code role}
 * @param tenantsClaim where the list of tenants is to which the roles are bound; empty text: none
 * @param tenants to which the roles are bound; empty: to none
 * @param roleMap what the provider's words mean here; empty: themselves
 */
record IdentityProvider(
    String issuer,
    String audience,
    Optional<URI> publicKey,
    Optional<URI> jwkSet,
    Optional<Path> caCerts,
    String rolesClaim,
    String tenantsClaim,
    List<String> tenants,
    List<Mapping> roleMap) {
  IdentityProvider {
    tenants = List.copyOf(tenants);
    roleMap = List.copyOf(roleMap);
  }

  /** A word of the provider, and the role that it gives here, in some tenants or (none) in all. */
  record Mapping(String claim, String role, List<String> tenants) {
    Mapping {
      tenants = List.copyOf(tenants);
    }
  }

  static Outcome<IdentityProvider> parse(JsonObject json) {
    var fields = new Fields(AdminCode.SETTINGS, "identity_provider", json);
    String issuer = fields.text("issuer", "");
    String audience = fields.text("audience", "");
    var publicKey = uri(fields, "public_key_uri");
    var jwkSet = uri(fields, "jwk_set_uri");
    if (publicKey.isEmpty() && jwkSet.isEmpty())
      fields.wrong("public_key_uri", "an address here or in jwk_set_uri", "neither");
    String ca = fields.text("ca_certs", "").replace("\0", "");
    String rolesClaim = fields.text("roles_claim", "");
    String tenantsClaim = fields.text("tenants_claim", "");
    var tenants = tenants(fields);
    var map = new ArrayList<Mapping>();
    for (JsonValue value : fields.list("role_map")) {
      var item = fields.object("role_map", value);
      map.add(new Mapping(item.text("claim"), item.text("role"), tenants(item)));
      fields.take(item);
    }
    if (!rolesClaim.isEmpty() && map.isEmpty())
      fields.wrong("role_map", "which group gives which role, beside roles_claim", "nothing");
    Optional<Path> roots = ca.isEmpty() ? Optional.empty() : Optional.of(Path.of(ca));
    return fields.done(
        () ->
            new IdentityProvider(
                issuer,
                audience,
                publicKey,
                jwkSet,
                roots,
                rolesClaim,
                tenantsClaim,
                tenants,
                map));
  }

  private static List<String> tenants(Fields fields) {
    var tenants = fields.texts("tenants");
    for (String tenant : tenants)
      if (!Words.TENANT.matcher(tenant).matches())
        fields.wrong("tenants", "names of tenants", Words.shown(tenant));
    return tenants;
  }

  private static Optional<URI> uri(Fields fields, String key) {
    String text = fields.text(key, "");
    if (text.isEmpty() || text.indexOf(0) >= 0) return Optional.empty();
    if (!text.contains("://")) return Optional.of(Path.of(text).toAbsolutePath().toUri());
    try {
      var uri = new URI(text);
      boolean https = "https".equals(uri.getScheme()) && uri.getHost() != null;
      boolean plain = uri.getQuery() == null && uri.getFragment() == null;
      if (plain && (https || text.startsWith("file:///"))) return Optional.of(uri);
    } catch (URISyntaxException e) {
      fields.wrong(key, "an address", Words.shown(text));
      return Optional.empty();
    }
    fields.wrong(key, "https://..., file:///... or a path", Words.shown(text));
    return Optional.empty();
  }
}
