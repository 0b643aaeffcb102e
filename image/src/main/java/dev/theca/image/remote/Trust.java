package dev.theca.image.remote;

import dev.theca.wire.secret.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whom TLS believes. {@code authorities} are certificates in PEM that count beside those of the
 * JDK, or alone when {@code only}; {@code clients} are certificates that we show, by host with port
 * as it stands in image names; {@code hosts} knows more of single hosts.
 */
public record Trust(
    Optional<String> authorities,
    boolean only,
    Map<String, ClientCertificate> clients,
    Hosts hosts) {
  /** What counts for one host alone: authorities beside the others, and what we show it. */
  public record Host(Optional<String> authorities, Optional<ClientCertificate> client) {
    public static final Host NONE = new Host(Optional.empty(), Optional.empty());
  }

  /** Knows hosts by their name with port; asked once for each. */
  @FunctionalInterface
  public interface Hosts {
    Host of(String host);
  }

  /** Our certificate chain and its private key (PKCS#8), both in PEM. */
  public record ClientCertificate(String chainPem, Secret keyPem) {}

  public static final Trust STANDARD = new Trust(Optional.empty(), false, Map.of(), _ -> Host.NONE);

  public Trust {
    clients = Map.copyOf(clients);
  }

  /** These authorities beside those of the JDK. */
  public Trust withAuthorities(String pem) {
    return new Trust(Optional.of(pem), only, clients, hosts);
  }

  /** These authorities and no others. */
  public Trust withOnly(String pem) {
    return new Trust(Optional.of(pem), true, clients, hosts);
  }

  public Trust withHosts(Hosts other) {
    return new Trust(authorities, only, clients, other);
  }

  /** What counts for this host beside {@link #authorities}. */
  Host at(String host) {
    var own = hosts.of(host);
    var given = Optional.ofNullable(clients.get(host));
    return given.isPresent() ? new Host(own.authorities(), given) : own;
  }

  public Trust withClient(String host, ClientCertificate certificate) {
    var all = new HashMap<>(clients);
    all.put(host, certificate);
    return new Trust(authorities, only, all, hosts);
  }
}
