package dev.theca.broker.http;

import dev.theca.broker.meter.Tracer;
import dev.theca.wire.meter.Meter;

/** What a front works with. */
public record FrontParts(Handler handler, RateLimiter limiter, Meter meter, Tracer tracer) {
  /** Without limits of rate and without measuring. */
  public static FrontParts of(Handler handler) {
    return new FrontParts(handler, RateLimiter.unlimited(), Meter.NONE, Tracer.NONE);
  }
}
