package dev.theca.registry;

import dev.theca.registry.http.HttpExchange;
import java.util.function.Consumer;

/**
 * One line for each request: {@code stage=access method=GET path=/v2/a/tags/list status=200 ms=3
 * bytes=42 user=ann peer=192.0.2.1}. {@code bytes} are those of the body that was sent, {@code
 * received} those of the request's, {@code user} is {@code -} for nobody. Queries and fields, where
 * credentials travel, are never in it, and what a stranger wrote cannot begin another line or key.
 */
final class AccessLog {
  private static final int MAX_PATH = 500;

  private final Consumer<String> lines;

  AccessLog(Consumer<String> lines) {
    this.lines = lines;
  }

  void write(HttpExchange exchange, String user, long nanos) {
    var head = exchange.head();
    lines.accept(
        "stage=access method=%s path=%s status=%d ms=%d bytes=%d received=%d user=%s peer=%s"
            .formatted(
                plain(head.method()),
                plain(head.path()),
                exchange.status(),
                nanos / 1_000_000,
                exchange.sent(),
                exchange.received(),
                user.isEmpty() ? "-" : plain(user),
                exchange.peer().getHostAddress()));
  }

  /** Visible ASCII without what would end a value. */
  private static String plain(String text) {
    String cut = text.length() > MAX_PATH ? text.substring(0, MAX_PATH) + "..." : text;
    return cut.replaceAll("[^!-~]|[\"=\\\\]", "?");
  }
}
