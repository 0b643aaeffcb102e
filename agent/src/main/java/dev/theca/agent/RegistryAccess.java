package dev.theca.agent;

import dev.theca.image.remote.Proxies;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.KbsUri;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How registries are reached, as init data says it. Credentials and mirrors lie at the broker: the
 * host never sees the former and cannot change the latter.
 *
 * @param insecure hosts with their ports that may be asked without TLS that is vouched for
 * @param credentials an auth.json at the broker
 * @param configuration a registries.conf at the broker
 * @param authoritiesPem more authorities for registries' certificates; empty when there are none
 */
record RegistryAccess(
    Set<String> insecure,
    Optional<KbsUri> credentials,
    Optional<KbsUri> configuration,
    String authoritiesPem,
    Proxies proxies) {
  static Outcome<RegistryAccess> read(JsonObject toml) {
    return optional(toml, "registry_credentials")
        .then(
            credentials ->
                optional(toml, "registries_conf")
                    .then(
                        configuration ->
                            proxies(toml)
                                .map(
                                    proxies ->
                                        new RegistryAccess(
                                            Set.copyOf(
                                                toml.strings("insecure_registries")
                                                    .orElse(List.of())),
                                            credentials,
                                            configuration,
                                            toml.string("registry_authorities").orElse(""),
                                            proxies))));
  }

  private static Outcome<Optional<KbsUri>> optional(JsonObject toml, String name) {
    var text = toml.string(name);
    return text.isEmpty()
        ? Outcome.granted(Optional.empty())
        : KbsUri.parse(text.get()).map(Optional::of);
  }

  private static Outcome<Proxies> proxies(JsonObject toml) {
    var text = toml.string("registry_proxy");
    return text.isEmpty()
        ? Outcome.granted(Proxies.NONE)
        : Proxies.Server.parse(text.get())
            .map(
                server ->
                    Proxies.through(server, toml.strings("registry_no_proxy").orElse(List.of())));
  }
}
