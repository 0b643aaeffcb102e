package dev.theca.image.sign;

import dev.theca.wire.Digest;
import java.util.Arrays;

/** A log that is believed: RFC 6962's id of its key, the key, and when it was in use. */
record TrustedLog(byte[] id, SignatureKey key, Validity use) {
  /** A log that is known by its key only. */
  static TrustedLog of(SignatureKey key) {
    return new TrustedLog(Digest.sha256(key.spki()).toBytes(), key, Validity.ALWAYS);
  }

  boolean has(byte[] otherId) {
    return Arrays.equals(id, otherId);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrustedLog t && t.key.equals(key) && t.use.equals(use);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
