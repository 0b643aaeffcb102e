package dev.theca.broker.policy;

import dev.theca.wire.Digest;
import java.nio.charset.StandardCharsets;

/** How a policy's text is named. */
final class Sha256 {
  private Sha256() {}

  static String of(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
