package dev.theca.image.sign;

import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A log that is believed: RFC 6962's id of its key, the key, and when it was in use. */
record TrustedLog(byte[] id, SignatureKey key, Validity use) {
  private static final int ED25519_BYTES = 32;

  /** A log that is known by its key only. */
  static TrustedLog of(SignatureKey key) {
    return new TrustedLog(Digest.sha256(key.spki()).toBytes(), key, Validity.ALWAYS);
  }

  boolean has(byte[] otherId) {
    return Arrays.equals(id, otherId);
  }

  /**
   * Whether a signature of a note bears the first bytes of this log's key id: of the id itself, as
   * logs of Rekor 1 have it, or of that which C2SP signed-note gives to Ed25519 keys.
   */
  boolean hinted(Checkpoint.Signed signature) {
    return starts(id, signature.hint())
        || key.kind() == SignatureKey.Kind.ED25519
            && starts(noteId(signature.name()), signature.hint());
  }

  private byte[] noteId(String name) {
    byte[] spki = key.spki();
    var out = new ByteArrayOutputStream();
    out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(new byte[] {'\n', 1});
    out.write(spki, spki.length - ED25519_BYTES, ED25519_BYTES);
    return Digest.sha256(out.toByteArray()).toBytes();
  }

  private static boolean starts(byte[] whole, byte[] hint) {
    return Arrays.equals(Arrays.copyOf(whole, hint.length), hint);
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
