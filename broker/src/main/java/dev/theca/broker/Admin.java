package dev.theca.broker;

import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;

/**
 * Who may administrate: the holder of the token in the admin token file. Compared in constant time.
 */
final class Admin {
  private final Secret token;

  Admin(Secret token) {
    this.token = token;
  }

  boolean allows(String bearer) {
    try (var given = Secret.moveFrom(bearer.getBytes(StandardCharsets.UTF_8))) {
      return given.sizeBytes() > 0 && token.sameAs(given);
    }
  }
}
