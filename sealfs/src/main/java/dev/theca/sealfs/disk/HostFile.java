package dev.theca.sealfs.disk;

/**
 * One file of a volume on the host: bytes that nobody trusts. Offsets and sizes are bytes; any
 * thread. A failure is a {@link dev.theca.sealfs.SealfsException}, which says whether space was
 * lacking. The seam at which tests cut the power.
 */
public interface HostFile extends AutoCloseable {
  /** Reads at most {@code length} bytes; fewer only at the end of the file. */
  int read(long offset, byte[] into, int from, int length);

  /** Writes all of the bytes. */
  void write(long offset, byte[] bytes, int from, int length);

  /**
   * What was written before is on the disk when this returns (fdatasync(2)). A failure is never one
   * of lacking space: afterwards nobody knows what the disk holds.
   */
  void sync();

  /**
   * Takes the file for this opening alone, until it is closed; false when another has it. It stops
   * honest mistakes only: a host that wants to can always open it twice.
   */
  boolean lock();

  long size();

  /** Cuts the file to a size that is not above its present one. */
  void truncate(long size);

  @Override
  void close();

  /** Whether {@code length} bytes were there to be read. */
  default boolean readFully(long offset, byte[] into, int from, int length) {
    return offset >= 0 && read(offset, into, from, length) == length;
  }
}
