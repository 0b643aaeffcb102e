package dev.theca.sealfs.gramine;

/** Where the plaintext of one file comes from. */
@FunctionalInterface
public interface PfSource {
  /**
   * Reads at least one and at most {@code length} bytes at {@code offset} into {@code into} from
   * {@code from}; bytes read. Holes read as zeroes. Throws a fault when the content is damaged.
   */
  int read(long offset, byte[] into, int from, int length);
}
