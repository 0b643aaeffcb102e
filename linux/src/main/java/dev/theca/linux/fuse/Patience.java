package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import java.nio.ByteBuffer;

/**
 * How long one thread goes on asking before it sleeps: some microseconds, as long as the next
 * request most often comes in that time, and not at all otherwise. For one thread.
 */
final class Patience {
  /** 30 and 50 gave nothing more. */
  private static final long NANOS = 15_000;

  /** A sleep so short would have been none: asking on would have met the request. */
  private static final long SHORT = NANOS + 30_000;

  private static final int MOST = 16;

  private int credit = MOST;

  /** What reading gave, EAGAIN when nothing came in time. */
  int ask(Fd device, ByteBuffer in) {
    if (credit <= 0) return -Errno.EAGAIN;
    long end = System.nanoTime() + NANOS;
    do {
      Thread.onSpinWait();
      int n = device.read(in.clear());
      if (n != -Errno.EAGAIN) {
        credit = Math.min(MOST, credit + 2);
        return n;
      }
    } while (System.nanoTime() < end);
    credit--;
    return -Errno.EAGAIN;
  }

  /** It slept so long until the next request. */
  void waited(long nanos) {
    if (credit <= 0 && nanos < SHORT) credit = 2;
  }
}
