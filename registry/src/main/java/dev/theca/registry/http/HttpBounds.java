package dev.theca.registry.http;

import java.time.Duration;

/**
 * What a peer may cost. {@code idle} is how long a connection may wait for the peer without moving
 * a thousand bytes, in a body or between requests; {@code head} is for a whole request head and for
 * a TLS handshake.
 */
public record HttpBounds(
    int headBytes, int headers, int connections, Duration head, Duration idle) {
  public static final HttpBounds DEFAULT =
      new HttpBounds(32 << 10, 100, 512, Duration.ofSeconds(10), Duration.ofSeconds(30));

  public HttpBounds withIdle(Duration limit) {
    return new HttpBounds(headBytes, headers, connections, head, limit);
  }

  public HttpBounds withHead(Duration limit) {
    return new HttpBounds(headBytes, headers, connections, limit, idle);
  }

  public HttpBounds withConnections(int max) {
    return new HttpBounds(headBytes, headers, max, head, idle);
  }
}
