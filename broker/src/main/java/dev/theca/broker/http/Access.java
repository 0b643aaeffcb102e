package dev.theca.broker.http;

import dev.theca.wire.meter.Meter;

/** Counts requests under the names that the KBS' users know (only paths below {@code /kbs}). */
final class Access {
  private final Meter meter;

  Access(Meter meter) {
    this.meter = meter;
  }

  void record(String path, long nanos, long requestBytes, Answer answer) {
    meter.count("theca_broker_http_answers_total", "status", Integer.toString(answer.status()));
    if (!path.startsWith("/kbs/") && !path.equals("/kbs")) return;
    meter.count("kbs_http_requests_total");
    meter.observe("kbs_http_request_duration_seconds", nanos / 1e9);
    meter.observe("kbs_http_request_size_bytes", requestBytes);
    meter.observe("kbs_http_response_size_bytes", answer.body().length);
  }

  void limited(RateLimiter.Kind kind) {
    String word = kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    meter.count("theca_broker_limited_total", "kind", word);
  }
}
