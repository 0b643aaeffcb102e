package dev.theca.sealfs.gramine;

/** Where a protected file goes. Offsets and lengths are multiples of 4096 bytes. */
@FunctionalInterface
public interface PfSink {
  /** Takes bytes for an offset; the array is used again afterwards. */
  void write(long offset, byte[] bytes, int from, int length);
}
