package dev.theca.image;

import java.io.IOException;
import java.io.InputStream;

/**
 * A blob that can be read from any place, by several readers at once. The bytes are what the place
 * holds, <b>not checked</b>: whoever reads to the end compares the digest. Reading from the middle
 * is the seam for lazy pulling.
 */
public interface Blob {
  /** The size that its descriptor names, in bytes. */
  long size();

  /**
   * The bytes from {@code offset} on, until the end. What breaks on the way is taken up again where
   * the place can do so. The stream ends early when the place holds less; it never gives more than
   * {@code size() - offset} bytes.
   *
   * @throws ImageException when the place cannot be reached
   */
  InputStream from(long offset) throws IOException;
}
