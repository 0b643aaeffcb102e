package dev.theca.cli.sealfs;

import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.FileStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The content of a file of this machine without its holes. What the file system says of holes is
 * believed of a file that takes less room than it is long, and only where it makes sense; else all
 * is read. A file that somebody changes meanwhile is refused: neither its old nor its new content
 * would be copied.
 */
final class HostContent {
  private static final int LEAST = 4096;

  /**
   * Kernels give a file the time of their last tick, 10 ms ago at most: of two changes within one
   * tick the second leaves no trace.
   */
  static final Duration REST = Duration.ofMillis(20);

  /** Where a file system says that data and holes begin; minus errno when it cannot. */
  interface Holes {
    long nextData(long offset);

    long nextHole(long offset);

    static Holes of(Fd file) {
      return new Holes() {
        @Override
        public long nextData(long offset) {
          return file.nextData(offset);
        }

        @Override
        public long nextHole(long offset) {
          return file.nextHole(offset);
        }
      };
    }

    /** Of a file that is said to have none. */
    Holes NONE =
        new Holes() {
          @Override
          public long nextData(long offset) {
            return offset;
          }

          @Override
          public long nextHole(long offset) {
            return Long.MAX_VALUE;
          }
        };
  }

  private final byte[] buffer = new byte[1 << 20];

  /** Copies an open file of which {@code size} bytes were seen. */
  void copy(Path shown, Fd file, long size, Source.Pieces to) throws IOException {
    var before = stamp(file);
    rest(file);
    boolean sparse = FileStatus.of(file).blocks() * 512 < size;
    try (var in = FileChannel.open(file.link(), StandardOpenOption.READ)) {
      copy(shown, in, sparse ? Holes.of(file) : Holes.NONE, size, to);
    }
    if (!before.equals(stamp(file)))
      throw new IOException(shown + " was changed while it was read; copy it when it rests");
  }

  /** Whatever changes a file from now on changes its time as well. */
  private static void rest(Fd file) throws IOException {
    var modified = Files.getLastModifiedTime(file.link()).toInstant();
    var left = Duration.between(Instant.now(), modified.plus(REST));
    if (left.isNegative() || left.compareTo(REST.multipliedBy(2)) > 0) return;
    try {
      Thread.sleep(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before a file was read");
    }
  }

  private static Map<String, Object> stamp(Fd file) throws IOException {
    return Files.readAttributes(file.link(), "unix:size,lastModifiedTime");
  }

  /** Reads what is no hole, by rising offsets. */
  void copy(Path shown, FileChannel in, Holes holes, long size, Source.Pieces to)
      throws IOException {
    for (long at = 0; at < size; ) {
      long data = holes.nextData(at);
      if (data == -Errno.ENXIO || data >= size) return;
      if (data >= at) at = data; // else it cannot say, and this is data
      long hole = holes.nextHole(at);
      // A hole that begins where data does was made just now: what is there is read all the same.
      long end = hole < 0 ? size : Math.min(size, Math.max(hole, at + LEAST));
      while (at < end) {
        int want = (int) Math.min(buffer.length, end - at);
        int n = in.read(ByteBuffer.wrap(buffer, 0, want), at);
        if (n < 0) throw new IOException(shown + " became shorter while it was read");
        to.data(at, buffer, 0, n);
        at += n;
      }
    }
  }
}
