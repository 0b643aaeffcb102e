package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.meter.Metrics;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code [metrics]}.
 *
 * @param otlp an OpenTelemetry collector; empty for none
 * @param spans the share of requests that is traced, from 0 to 1
 */
public record MeterSettings(
    Metrics.ResourcePaths resourcePaths, Optional<URI> otlp, Duration every, double spans) {
  static Optional<MeterSettings> read(Fields fields) {
    var table = fields.table("metrics");
    String paths = table.text("resource_path", "off");
    var shown = Metrics.ResourcePaths.OFF;
    try {
      shown = Metrics.ResourcePaths.valueOf(paths.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      table.wrong("resource_path", "off, hashed or plain", "another text");
    }
    String otlp = table.text("otlp", "");
    if (!otlp.matches("|https?://[^ ]+"))
      table.wrong("otlp", "http(s)://HOST:PORT", "another text");
    Duration every = Duration.ofSeconds(table.number("otlp_seconds", 15, 1, 3600));
    double spans = table.number("trace_percent", 0, 0, 100) / 100.0;
    fields.take(table);
    return Optional.of(
        new MeterSettings(
            shown,
            otlp.isEmpty() ? Optional.empty() : Optional.of(URI.create(otlp)),
            every,
            spans));
  }
}
