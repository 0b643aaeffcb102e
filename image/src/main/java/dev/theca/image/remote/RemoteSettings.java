package dev.theca.image.remote;

import java.time.InstantSource;
import java.util.Set;

/**
 * Everything that a registry client is told. Starts from {@link #standard}: TLS with the JDK's
 * authorities, no credentials, no proxies, no rewriting of names.
 *
 * @param insecure hosts with their ports that are asked without TLS, or with TLS that nobody
 *     vouches for; beside those that {@code registries} names so
 * @param connectionsPerHost how many blobs come from one host at once
 * @param chunkBytes how much of a blob is sent in one request; two such pieces are kept in memory
 * @param clock what token lifetimes are judged by
 */
public record RemoteSettings(
    Credentials credentials,
    RegistriesConf registries,
    Trust trust,
    Proxies proxies,
    Timeouts timeouts,
    Retries retries,
    Set<String> insecure,
    int connectionsPerHost,
    int chunkBytes,
    InstantSource clock) {
  private static final int MIN_CHUNK = 64 << 10;

  public RemoteSettings {
    insecure = Set.copyOf(insecure);
    if (connectionsPerHost < 1 || chunkBytes < MIN_CHUNK)
      throw new IllegalArgumentException("at least one connection, and chunks of 64 KiB");
  }

  public static RemoteSettings standard() {
    return new RemoteSettings(
        Credentials.ANONYMOUS,
        RegistriesConf.NONE,
        Trust.STANDARD,
        Proxies.NONE,
        Timeouts.STANDARD,
        Retries.STANDARD,
        Set.of(),
        6,
        8 << 20,
        InstantSource.system());
  }

  public RemoteSettings withCredentials(Credentials other) {
    return new RemoteSettings(
        other,
        registries,
        trust,
        proxies,
        timeouts,
        retries,
        insecure,
        connectionsPerHost,
        chunkBytes,
        clock);
  }

  public RemoteSettings withRegistries(RegistriesConf other) {
    return new RemoteSettings(
        credentials,
        other,
        trust,
        proxies,
        timeouts,
        retries,
        insecure,
        connectionsPerHost,
        chunkBytes,
        clock);
  }

  public RemoteSettings withTrust(Trust other) {
    return new RemoteSettings(
        credentials,
        registries,
        other,
        proxies,
        timeouts,
        retries,
        insecure,
        connectionsPerHost,
        chunkBytes,
        clock);
  }

  public RemoteSettings withProxies(Proxies other) {
    return new RemoteSettings(
        credentials,
        registries,
        trust,
        other,
        timeouts,
        retries,
        insecure,
        connectionsPerHost,
        chunkBytes,
        clock);
  }

  public RemoteSettings withTimeouts(Timeouts other) {
    return new RemoteSettings(
        credentials,
        registries,
        trust,
        proxies,
        other,
        retries,
        insecure,
        connectionsPerHost,
        chunkBytes,
        clock);
  }

  public RemoteSettings withRetries(Retries other) {
    return new RemoteSettings(
        credentials,
        registries,
        trust,
        proxies,
        timeouts,
        other,
        insecure,
        connectionsPerHost,
        chunkBytes,
        clock);
  }

  /** These hosts, and only these, may be asked without TLS that is vouched for. */
  public RemoteSettings withInsecure(Set<String> hosts) {
    return new RemoteSettings(
        credentials,
        registries,
        trust,
        proxies,
        timeouts,
        retries,
        hosts,
        connectionsPerHost,
        chunkBytes,
        clock);
  }

  public RemoteSettings withConnectionsPerHost(int count) {
    return new RemoteSettings(
        credentials,
        registries,
        trust,
        proxies,
        timeouts,
        retries,
        insecure,
        count,
        chunkBytes,
        clock);
  }

  public RemoteSettings withChunkBytes(int bytes) {
    return new RemoteSettings(
        credentials,
        registries,
        trust,
        proxies,
        timeouts,
        retries,
        insecure,
        connectionsPerHost,
        bytes,
        clock);
  }

  public RemoteSettings withClock(InstantSource other) {
    return new RemoteSettings(
        credentials,
        registries,
        trust,
        proxies,
        timeouts,
        retries,
        insecure,
        connectionsPerHost,
        chunkBytes,
        other);
  }
}
