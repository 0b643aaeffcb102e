package dev.theca.image.remote;

import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A bearer token and until when it is shown. */
record Held(Secret token, Instant until) {
  /** The field's value; the HTTP client takes text only. */
  String header() {
    return "Bearer " + token.lend(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }
}
