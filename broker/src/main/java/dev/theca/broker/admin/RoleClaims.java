package dev.theca.broker.admin;

import dev.theca.broker.admin.IdentityProvider.Mapping;
import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a provider's claims grant here. */
final class RoleClaims {
  private final IdentityProvider provider;
  private final AdminSettings settings;

  RoleClaims(IdentityProvider provider, AdminSettings settings) {
    this.provider = provider;
    this.settings = settings;
  }

  /** The provider's words for what the bearer is; empty when the claim is missing. */
  Optional<List<String>> words(JsonObject claims) {
    if (provider.rolesClaim().isEmpty()) return claims.string("role").map(List::of);
    return Claims.at(claims, provider.rolesClaim()).map(Claims::texts);
  }

  List<Grant> grants(JsonObject claims, List<String> words) {
    var grants = new ArrayList<Grant>();
    for (String word : words) {
      if (provider.roleMap().isEmpty()) {
        if (meansItself(word)) bind(grants, word, List.of(), claims);
        continue;
      }
      for (Mapping mapping : provider.roleMap())
        if (mapping.claim().equals(word)) bind(grants, mapping.role(), mapping.tenants(), claims);
    }
    return grants;
  }

  /** The words that the reference's rules are asked about: never together with a role map. */
  Set<String> acl(List<String> words) {
    if (!provider.roleMap().isEmpty() || !provider.tenants().isEmpty() || !unclaimed())
      return Set.of();
    return settings.acls().stream()
        .map(Acl::role)
        .filter(words::contains)
        .collect(Collectors.toUnmodifiableSet());
  }

  private boolean unclaimed() {
    return provider.tenantsClaim().isEmpty();
  }

  /** In a configuration of the reference, "owner" is a word like any other. */
  private boolean meansItself(String word) {
    return settings.roles().containsKey(word)
        || settings.acls().isEmpty() && BuiltinRoles.NAMES.contains(word);
  }

  /**
   * Tenants narrow one another: those of the mapping, of the provider, of the token. No list means
   * no bound; a claim that is configured and missing means no tenant at all.
   */
  private void bind(List<Grant> grants, String role, List<String> mapped, JsonObject claims) {
    var bounds = new ArrayList<List<String>>();
    if (!mapped.isEmpty()) bounds.add(mapped);
    if (!provider.tenants().isEmpty()) bounds.add(provider.tenants());
    if (!unclaimed())
      bounds.add(Claims.at(claims, provider.tenantsClaim()).map(Claims::texts).orElse(List.of()));
    if (bounds.isEmpty()) {
      grants.add(new Grant(role, ""));
      return;
    }
    for (String tenant : bounds.getFirst())
      if (Words.TENANT.matcher(tenant).matches()
          && bounds.stream().allMatch(bound -> bound.contains(tenant)))
        grants.add(new Grant(role, tenant));
  }
}
