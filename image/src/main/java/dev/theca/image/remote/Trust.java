package dev.theca.image.remote;

import dev.theca.wire.secret.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whom TLS believes. {@code authorities} are certificates in PEM that count beside those of the
 * JDK, or alone when {@code only}; {@code clients} are certificates that we show, by host with port
 * as it stands in image names.
 */
public record Trust(
    Optional<String> authorities, boolean only, Map<String, ClientCertificate> clients) {
  /** Our certificate chain and its private key (PKCS#8), both in PEM. */
  public record ClientCertificate(String chainPem, Secret keyPem) {}

  public static final Trust STANDARD = new Trust(Optional.empty(), false, Map.of());

  public Trust {
    clients = Map.copyOf(clients);
  }

  /** These authorities beside those of the JDK. */
  public Trust withAuthorities(String pem) {
    return new Trust(Optional.of(pem), only, clients);
  }

  /** These authorities and no others. */
  public Trust withOnly(String pem) {
    return new Trust(Optional.of(pem), true, clients);
  }

  public Trust withClient(String host, ClientCertificate certificate) {
    var all = new HashMap<>(clients);
    all.put(host, certificate);
    return new Trust(authorities, only, all);
  }
}
