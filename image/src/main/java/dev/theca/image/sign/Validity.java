package dev.theca.image.sign;

import java.time.Instant;

/** When trusted material is or was in use, both ends included. */
record Validity(Instant from, Instant to) {
  static final Validity ALWAYS = new Validity(Instant.MIN, Instant.MAX);

  boolean covers(Instant at) {
    return !at.isBefore(from) && !at.isAfter(to);
  }
}
