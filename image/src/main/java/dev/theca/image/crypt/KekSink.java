package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;

/** Where new key encryption keys are kept before anything is encrypted for them. */
@FunctionalInterface
public interface KekSink {
  /**
   * Granted only when the key is stored and can be given out from now on; refused when the name is
   * taken.
   */
  Outcome<Boolean> store(String kid, Secret kek);
}
