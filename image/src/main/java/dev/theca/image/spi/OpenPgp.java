package dev.theca.image.spi;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.time.Instant;
import java.util.List;

/**
 * Inline-signed OpenPGP messages (RFC 4880, section 11.3: one-pass signature, literal data,
 * signature), as GPG simple signing uses them.
 */
public interface OpenPgp {
  /** A message whose signature held. {@code fingerprint} is that of the primary key, upper hex. */
  record Verified(byte[] payload, String fingerprint, Instant signedAt) {}

  /**
   * Verifies a message under the keys of {@code keyrings} (binary or armoured) as of {@code now}.
   * Refused when it is malformed, by another key, or by a key that may not sign, has expired or was
   * revoked.
   */
  Outcome<Verified> verify(byte[] message, List<byte[]> keyrings, Instant now);

  /** Signs with the first key of a secret keyring (binary or armoured) that may sign. */
  Outcome<byte[]> sign(byte[] payload, Secret keyring, Secret passphrase, Instant now);
}
