package dev.theca.broker.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * TLS of a listener. The files are read again when they change; a new set that does not load leaves
 * the old one in place.
 *
 * @param certificate PEM, the server's certificate first, then its chain
 * @param key PEM: PKCS #8, or the older EC and RSA forms
 * @param clientCa PEM of the authorities that client certificates are verified under
 * @param clients whether client certificates are asked for
 * @param minVersion {@code 1.2}, {@code 1.3}; empty text follows the profile
 * @param maxVersion the same
 * @param suites names of cipher suites; empty follows the profile
 * @param groups names of key exchange groups; empty means {@code x25519, secp256r1, secp384r1}
 * @param check how often the files are looked at
 */
public record TlsSettings(
    Path certificate,
    Path key,
    Optional<Path> clientCa,
    Clients clients,
    TlsProfile profile,
    String minVersion,
    String maxVersion,
    List<String> suites,
    List<String> groups,
    Duration check) {
  /** What is wanted of clients. */
  public enum Clients {
    /** No certificate is asked for. */
    ANYBODY,
    /** A certificate that is shown must verify. */
    MAY_SHOW_CERTIFICATE,
    /** Without a certificate that verifies there is no connection. */
    MUST_SHOW_CERTIFICATE
  }

  public TlsSettings {
    suites = List.copyOf(suites);
    groups = List.copyOf(groups);
    if (clients != Clients.ANYBODY && clientCa.isEmpty())
      throw new IllegalArgumentException("client certificates need a file of authorities");
  }

  /** The intermediate profile, no client certificates. */
  public static TlsSettings of(Path certificate, Path key) {
    return new TlsSettings(
        certificate,
        key,
        Optional.empty(),
        Clients.ANYBODY,
        TlsProfile.INTERMEDIATE,
        "",
        "",
        List.of(),
        List.of(),
        Duration.ofSeconds(5));
  }

  public TlsSettings withClients(Clients wanted, Path authorities) {
    return new TlsSettings(
        certificate,
        key,
        Optional.of(authorities),
        wanted,
        profile,
        minVersion,
        maxVersion,
        suites,
        groups,
        check);
  }

  public TlsSettings withProfile(TlsProfile changed) {
    return new TlsSettings(
        certificate,
        key,
        clientCa,
        clients,
        changed,
        minVersion,
        maxVersion,
        suites,
        groups,
        check);
  }

  public TlsSettings withCheck(Duration changed) {
    return new TlsSettings(
        certificate,
        key,
        clientCa,
        clients,
        profile,
        minVersion,
        maxVersion,
        suites,
        groups,
        changed);
  }
}
