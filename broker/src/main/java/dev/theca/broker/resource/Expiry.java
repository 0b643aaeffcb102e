package dev.theca.broker.resource;

import java.time.Instant;

/** Times as the tables keep them: milliseconds since 1970, and 0 for never. */
final class Expiry {
  static final long NEVER = 0;

  private Expiry() {}

  static boolean over(long expiresMillis, Instant now) {
    return expiresMillis != NEVER && expiresMillis <= now.toEpochMilli();
  }
}
