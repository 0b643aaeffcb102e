package dev.theca.broker.seal;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a key of a Transit secrets engine (HashiCorp Vault, OpenBao) is.
 *
 * @param address {@code https://host:port}
 * @param mount where the engine is mounted, usually {@code transit}
 * @param key the key's name there
 * @param tokenFile a file of mode 0600 with a token that may encrypt and decrypt; read at each
 *     call, so that an agent can renew it
 * @param namespace {@code X-Vault-Namespace}
 * @param roots a PEM file of certificate authorities, instead of the platform's
 * @param binding how the context is authenticated
 * @param timeout of one attempt
 * @param pauses before each further attempt, when the service is busy or cannot be reached
 */
public record TransitSettings(
    URI address,
    String mount,
    String key,
    Path tokenFile,
    Optional<String> namespace,
    Optional<Path> roots,
    Binding binding,
    Duration timeout,
    List<Duration> pauses) {
  /** What the engine authenticates the context with. */
  public enum Binding {
    /** {@code associated_data}: keys of type aes256-gcm96 and chacha20-poly1305. */
    ASSOCIATED_DATA,
    /** {@code context} of a key that was made with {@code derived=true}. */
    DERIVED_CONTEXT
  }

  public TransitSettings {
    pauses = List.copyOf(pauses);
    boolean web = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
    if (!web || address.getHost() == null || address.getRawQuery() != null)
      throw new SealFault("the address of Transit is https://HOST:PORT, not " + address);
    if (!mount.matches("[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,3}"))
      throw new SealFault("not a mount of a Transit engine: " + mount);
    if (!key.matches("[A-Za-z0-9_.-]{1,128}") || key.startsWith("."))
      throw new SealFault("not a name of a Transit key: " + key);
  }

  /** With the usual mount, binding, timeout of 5 s and three further attempts. */
  public static TransitSettings of(URI address, String key, Path tokenFile) {
    return new TransitSettings(
        address,
        "transit",
        key,
        tokenFile,
        Optional.empty(),
        Optional.empty(),
        Binding.ASSOCIATED_DATA,
        Duration.ofSeconds(5),
        List.of(Duration.ofMillis(200), Duration.ofMillis(600), Duration.ofMillis(1800)));
  }

  /** Trusting the authorities of a PEM file only. */
  public TransitSettings trusting(Path pem) {
    return new TransitSettings(
        address, mount, key, tokenFile, namespace, Optional.of(pem), binding, timeout, pauses);
  }

  /** In a namespace of the service. */
  public TransitSettings in(String space) {
    return new TransitSettings(
        address, mount, key, tokenFile, Optional.of(space), roots, binding, timeout, pauses);
  }

  /** Binding the context otherwise. */
  public TransitSettings binding(Binding other) {
    return new TransitSettings(
        address, mount, key, tokenFile, namespace, roots, other, timeout, pauses);
  }

  /** Waiting otherwise. */
  public TransitSettings waiting(Duration attempt, List<Duration> between) {
    return new TransitSettings(
        address, mount, key, tokenFile, namespace, roots, binding, attempt, between);
  }
}
