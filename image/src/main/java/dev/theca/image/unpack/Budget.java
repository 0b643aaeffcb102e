package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all layers together have brought so far. Safe for several threads. */
final class Budget {
  private final long maxBytes;
  private final AtomicLong plainBytes = new AtomicLong();
  private final AtomicLong fileBytes = new AtomicLong();
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong blobBytes = new AtomicLong();

  Budget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Bytes of an archive. */
  void plain(int bytes) throws Malformed {
    if (plainBytes.addAndGet(bytes) > maxBytes)
      throw new Malformed.Exceeded("more than " + maxBytes + " plain bytes in all layers");
  }

  /** A file with its holes. */
  void file(String shown, long bytes) throws Malformed {
    files.incrementAndGet();
    if (fileBytes.addAndGet(bytes) > maxBytes)
      throw new Malformed.Exceeded(
          "entry " + shown + " makes all files together larger than " + maxBytes + " bytes");
  }

  void blob(long bytes) {
    blobBytes.addAndGet(bytes);
  }

  Unpacked sum(int layers, int entries) {
    return new Unpacked(layers, entries, files.get(), plainBytes.get(), blobBytes.get());
  }
}
