package dev.theca.broker.plugin;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes OAEP padding off in software (RFC 8017, section 7.1.2, step 3), for tokens that do the raw
 * RSA operation only. MGF1 uses the same hash; the label is empty. Which of the checks failed shows
 * neither in the answer nor in the time taken (Manger's attack).
 */
final class OaepPadding {
  private OaepPadding() {}

  /** How much fits under a modulus of this many bytes. */
  static int capacityBytes(int modulusBytes, String hash) {
    return modulusBytes - 2 * digest(hash).getDigestLength() - 2;
  }

  /** The message; empty when the padding is not OAEP's. The encoded bytes are zeroed. */
  static Optional<byte[]> remove(byte[] encoded, String hash) {
    var digest = digest(hash);
    int h = digest.getDigestLength();
    if (encoded.length < 2 * h + 2) return Optional.empty();
    byte[] labelHash = digest.digest();
    int block = encoded.length - h - 1;
    mask(encoded, 1 + h, block, 1, h, digest); // the seed, by what the block still is
    mask(encoded, 1, h, 1 + h, block, digest); // the block, by the seed
    int bad = encoded[0] & 0xFF;
    for (int i = 0; i < h; i++) bad |= encoded[1 + h + i] ^ labelHash[i];
    int start = 0; // the index after the first 0x01
    int looking = -1;
    for (int i = 2 * h + 1; i < encoded.length; i++) {
      int b = encoded[i] & 0xFF;
      int one = (b ^ 1) - 1 >> 31; // -1 when b is 1
      int zero = b - 1 >> 31; // -1 when b is 0
      start |= looking & one & i + 1;
      bad |= looking & ~one & ~zero & 1;
      looking &= ~one;
    }
    bad |= looking & 1;
    try {
      return bad == 0
          ? Optional.of(Arrays.copyOfRange(encoded, start, encoded.length))
          : Optional.empty();
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** Exclusive-or of one part with MGF1 of another (appendix B.2.1). */
  private static void mask(
      byte[] bytes, int seedAt, int seedSize, int at, int size, MessageDigest hash) {
    byte[] stream = {};
    for (int i = 0; i < size; i++) {
      int within = i % hash.getDigestLength();
      if (within == 0) {
        int counter = i / hash.getDigestLength();
        hash.update(bytes, seedAt, seedSize);
        hash.update(new byte[] {0, 0, (byte) (counter >> 8), (byte) counter});
        stream = hash.digest();
      }
      bytes[at + i] ^= stream[within];
    }
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks " + name, e);
    }
  }
}
