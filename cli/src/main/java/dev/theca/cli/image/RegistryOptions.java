package dev.theca.cli.image;

import dev.theca.cli.broker.Input;
import dev.theca.image.remote.CertFolders;
import dev.theca.image.remote.Proxies;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RegistriesConf;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.remote.Trust;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How registries are reached. Proxies come from the environment (https_proxy, http_proxy,
 * no_proxy). Nothing here turns protection off for more than the hosts that are named.
 */
public final class RegistryOptions {
  @Option(
      names = "--authfile",
      paramLabel = "FILE",
      description =
          "logins, as 'skopeo login' writes them (default: $REGISTRY_AUTH_FILE, else"
              + " $XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json,"
              + " ~/.docker/config.json)")
  private @Nullable Path authFile;

  @Option(names = "--no-creds", description = "without logins")
  private boolean noCredentials;

  @Option(
      names = "--registries-conf",
      paramLabel = "FILE",
      description = "mirrors, prefixes and blocked places, as containers-registries.conf(5)")
  private @Nullable Path registriesConf;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "authorities of registries' certificates, PEM, beside those of the JDK")
  private @Nullable Path authorities;

  @Option(
      names = "--certs-dir",
      paramLabel = "DIR",
      description =
          "folders named HOST or HOST:PORT with authorities (*.crt) and our certificate"
              + " (NAME.cert, NAME.key) for that registry, as containers-certs.d(5) (default:"
              + " ~/.config/containers/certs.d, /etc/containers/certs.d, /etc/docker/certs.d)")
  private @Nullable Path certificates;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST[:PORT]",
      description = "a registry that may be asked without TLS that is vouched for; repeatable")
  private List<String> insecure = new ArrayList<>();

  /** A registry client and the logins that it uses. */
  public record Session(Registries registries, AuthFiles logins) implements AutoCloseable {
    @Override
    public void close() {
      registries.close();
      logins.close();
    }
  }

  /** The client; what is wrong with a file is refused. */
  public Session open(Outlet outlet) {
    var conf =
        registriesConf == null
            ? RegistriesConf.NONE
            : RegistriesConf.read(registriesConf).orThrow();
    conf.warnings().forEach(outlet::warn);
    var trust =
        authorities == null
            ? Trust.STANDARD
            : Trust.STANDARD.withAuthorities(Input.text(authorities));
    var hosts =
        certificates == null
            ? CertFolders.usual(System.getenv(), System.getProperty("user.home", "/"))
            : new CertFolders(List.of(certificates));
    var logins = AuthFiles.read(authFiles()).orThrow();
    var settings =
        RemoteSettings.standard()
            .withCredentials(logins)
            .withRegistries(conf)
            .withTrust(trust.withHosts(hosts))
            .withProxies(proxies())
            .withInsecure(Set.copyOf(insecure));
    return new Session(new Registries(settings), logins);
  }

  /** What the environment says. */
  static Proxies proxies() {
    return Proxies.fromEnvironment(System.getenv()).orThrow();
  }

  private List<Path> authFiles() {
    if (noCredentials) return List.of();
    return authFile != null
        ? List.of(authFile)
        : AuthFiles.usual(System.getenv(), System.getProperty("user.home", "/"));
  }
}
