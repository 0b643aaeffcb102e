package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.Bounds;
import dev.theca.broker.http.Deadlines;
import java.time.Duration;

/** {@code [limits]} and {@code [deadlines]}: what the public listener holds, and for how long. */
final class FrontLimits {
  private FrontLimits() {}

  static Bounds bounds(Fields fields) {
    var table = fields.table("limits");
    var usual = Bounds.DEFAULT;
    int connections = (int) table.number("connections", usual.connections(), 1, 1_000_000);
    int requests = (int) table.number("requests", usual.requests(), 1, 65_536);
    int body = (int) table.number("body_bytes", usual.bodyBytes(), 1024, 64 << 20);
    int header = (int) table.number("header_bytes", usual.headerBytes(), 8192, 4 << 20);
    long all = table.number("large_bodies_bytes", usual.largeBodiesBytes(), 1024, 16L << 30);
    fields.take(table);
    return new Bounds(connections, requests, body, header, Math.max(all, 4L * body));
  }

  static Deadlines deadlines(Fields fields) {
    var table = fields.table("deadlines");
    var usual = Deadlines.DEFAULT;
    var deadlines =
        new Deadlines(
            seconds(table, "handshake_seconds", usual.handshake()),
            seconds(table, "header_seconds", usual.header()),
            seconds(table, "body_seconds", usual.body()),
            seconds(table, "idle_seconds", usual.idle()),
            seconds(table, "write_seconds", usual.write()),
            seconds(table, "shutdown_seconds", usual.shutdown()));
    fields.take(table);
    return deadlines;
  }

  private static Duration seconds(Fields table, String key, Duration usual) {
    return Duration.ofSeconds(table.number(key, usual.toSeconds(), 1, 3600));
  }
}
