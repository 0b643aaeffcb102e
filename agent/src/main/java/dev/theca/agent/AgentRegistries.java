package dev.theca.agent;

import dev.theca.image.remote.AuthFile;
import dev.theca.image.remote.Credentials;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RegistriesConf;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.remote.Trust;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/**
 * The registry client of this enclave. Credentials and configuration come from the broker, once,
 * when the first image is pulled; a refusal is asked about again with the next image.
 */
final class AgentRegistries {
  private final RegistryAccess access;
  private final Function<KbsUri, Outcome<Secret>> broker;
  private final Turn turn = new Turn();
  private Optional<Registries> client = Optional.empty();

  AgentRegistries(RegistryAccess access, Function<KbsUri, Outcome<Secret>> broker) {
    this.access = access;
    this.broker = broker;
  }

  Outcome<Registries> client() {
    return turn.take(this::made);
  }

  private Outcome<Registries> made() {
    if (client.isPresent()) return Outcome.granted(client.get());
    return credentials()
        .then(
            credentials ->
                configuration()
                    .map(
                        configuration -> {
                          var made = new Registries(settings(credentials, configuration));
                          client = Optional.of(made);
                          return made;
                        }));
  }

  private RemoteSettings settings(Credentials credentials, RegistriesConf configuration) {
    var trust =
        access.authoritiesPem().isEmpty()
            ? Trust.STANDARD
            : Trust.STANDARD.withAuthorities(access.authoritiesPem());
    return RemoteSettings.standard()
        .withCredentials(credentials)
        .withRegistries(configuration)
        .withTrust(trust)
        .withProxies(access.proxies())
        .withInsecure(access.insecure());
  }

  private Outcome<Credentials> credentials() {
    if (access.credentials().isEmpty()) return Outcome.granted(Credentials.ANONYMOUS);
    var uri = access.credentials().get();
    return broker
        .apply(uri)
        .then(
            secret -> {
              try (secret) {
                return AuthFile.parse(secret, uri.toString()).map(file -> file);
              }
            });
  }

  private Outcome<RegistriesConf> configuration() {
    if (access.configuration().isEmpty()) return Outcome.granted(RegistriesConf.NONE);
    return broker
        .apply(access.configuration().get())
        .then(
            secret -> {
              try (secret) {
                return secret.lend(
                    bytes -> RegistriesConf.parse(new String(bytes, StandardCharsets.UTF_8)));
              }
            });
  }
}
