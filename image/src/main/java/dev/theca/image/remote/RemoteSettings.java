package dev.theca.image.remote;

import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;

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
    return with(d -> d.credentials = other);
  }

  public RemoteSettings withRegistries(RegistriesConf other) {
    return with(d -> d.registries = other);
  }

  public RemoteSettings withTrust(Trust other) {
    return with(d -> d.trust = other);
  }

  public RemoteSettings withProxies(Proxies other) {
    return with(d -> d.proxies = other);
  }

  public RemoteSettings withTimeouts(Timeouts other) {
    return with(d -> d.timeouts = other);
  }

  public RemoteSettings withRetries(Retries other) {
    return with(d -> d.retries = other);
  }

  /** These hosts, and only these, may be asked without TLS that is vouched for. */
  public RemoteSettings withInsecure(Set<String> hosts) {
    return with(d -> d.insecure = hosts);
  }

  public RemoteSettings withConnectionsPerHost(int count) {
    return with(d -> d.connectionsPerHost = count);
  }

  public RemoteSettings withChunkBytes(int bytes) {
    return with(d -> d.chunkBytes = bytes);
  }

  public RemoteSettings withClock(InstantSource other) {
    return with(d -> d.clock = other);
  }

  private RemoteSettings with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** All parts, one of which is about to change. */
  private static final class Draft {
    Credentials credentials;
    RegistriesConf registries;
    Trust trust;
    Proxies proxies;
    Timeouts timeouts;
    Retries retries;
    Set<String> insecure;
    int connectionsPerHost;
    int chunkBytes;
    InstantSource clock;

    Draft(RemoteSettings from) {
      credentials = from.credentials;
      registries = from.registries;
      trust = from.trust;
      proxies = from.proxies;
      timeouts = from.timeouts;
      retries = from.retries;
      insecure = from.insecure;
      connectionsPerHost = from.connectionsPerHost;
      chunkBytes = from.chunkBytes;
      clock = from.clock;
    }

    RemoteSettings settings() {
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
          clock);
    }
  }
}
