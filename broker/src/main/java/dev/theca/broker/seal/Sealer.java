package dev.theca.broker.seal;

import dev.theca.wire.secret.Secret;

/**
 * Encrypts what the database keeps: AES-256-GCM under data keys that are wrapped by the
 * key-encryption key. The context (table and key of the row, such as {@code
 * resource/default/key/one/3}) is authenticated, so that rows cannot be exchanged.
 */
public interface Sealer {
  /** Seals bytes, which the caller zeroes. */
  byte[] seal(String context, byte[] plain);

  /** Opens what was sealed for the same context; a fault when it is damaged or another's. */
  Secret open(String context, byte[] sealed);
}
