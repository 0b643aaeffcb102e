package dev.theca.broker.http;

import java.util.List;
import java.util.Optional;

/**
 * Where and how a front listens.
 *
 * @param name for the log
 * @param listen addresses {@code host:port} or {@code [v6]:port}; port 0 takes a free one
 * @param insecureHttp plain HTTP beyond loopback is accepted; insecure, and said loudly
 * @param tls present for HTTPS
 * @param trustedProxies addresses or blocks ({@code 10.0.0.0/8}) whose {@code X-Forwarded-For} is
 *     believed
 */
public record FrontConfig(
    String name,
    List<String> listen,
    boolean insecureHttp,
    Optional<TlsSettings> tls,
    Deadlines deadlines,
    Bounds bounds,
    List<String> trustedProxies) {
  public FrontConfig {
    listen = List.copyOf(listen);
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** Plain HTTP at these addresses, which must be loopback, with the usual limits. */
  public static FrontConfig plain(String name, String... listen) {
    return new FrontConfig(
        name,
        List.of(listen),
        false,
        Optional.empty(),
        Deadlines.DEFAULT,
        Bounds.DEFAULT,
        List.of());
  }

  public FrontConfig withTls(TlsSettings settings) {
    return new FrontConfig(
        name, listen, insecureHttp, Optional.of(settings), deadlines, bounds, trustedProxies);
  }

  /** The name says it: anybody on the way reads and changes what is said. */
  public FrontConfig withInsecureHttp() {
    return new FrontConfig(name, listen, true, tls, deadlines, bounds, trustedProxies);
  }

  public FrontConfig withDeadlines(Deadlines changed) {
    return new FrontConfig(name, listen, insecureHttp, tls, changed, bounds, trustedProxies);
  }

  public FrontConfig withBounds(Bounds changed) {
    return new FrontConfig(name, listen, insecureHttp, tls, deadlines, changed, trustedProxies);
  }

  public FrontConfig withTrustedProxies(List<String> changed) {
    return new FrontConfig(name, listen, insecureHttp, tls, deadlines, bounds, changed);
  }
}
