package dev.theca.broker.http;

import java.time.Duration;

/**
 * How long a client may take. Each is for the whole of its part, not for the pause between two
 * bytes, so that a client that drips bytes is cut as well.
 *
 * @param handshake the TLS handshake
 * @param header from the first byte of a request to the end of its header; also from the connection
 *     to the first byte
 * @param body from the end of the header to the end of the body
 * @param idle between two requests of a connection
 * @param write until the client has taken the answer
 * @param shutdown what running requests get when the front closes
 */
public record Deadlines(
    Duration handshake,
    Duration header,
    Duration body,
    Duration idle,
    Duration write,
    Duration shutdown) {
  /** For the open network. */
  public static final Deadlines DEFAULT =
      new Deadlines(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(75),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10));
}
