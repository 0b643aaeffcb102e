package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import dev.theca.linux.PageMemory;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop over {@code /dev/fuse}: take a request, serve it, write the answer to the descriptor that
 * the request came from.
 */
final class FuseDevice {

  /** What read(2) must have room for beside the largest write (FUSE_MIN_READ_BUFFER). */
  private static final int EXTRA = 8192;

  /** Requests in turn that were there at once, until one thread is too few. */
  private static final int PILE = 4;

  private static final int LARGE = 32 << 10;

  private final Fd device;
  private final FuseDispatch dispatch;
  private final FuseCrew crew;
  private final int size;

  private final Patience patience = new Patience();
  private @Nullable Fd eager;
  private int piled;
  private int lastCaller;
  private boolean lastWasLarge;

  FuseDevice(Fd device, FuseDispatch dispatch, FuseCrew crew, int maxWrite) {
    this.device = device;
    this.dispatch = dispatch;
    this.crew = crew;
    this.size = maxWrite + EXTRA;
  }

  /**
   * Serves until the end of the mount.
   *
   * @param afterFirst runs when one request is answered; gives a second descriptor that does not
   *     wait (O_NONBLOCK) if this thread may ever be the only one
   */
  void run(Supplier<Optional<Fd>> afterFirst) {
    var seat = crew.enter();
    try (var memory = PageMemory.allocate(2L * size)) {
      ByteBuffer in = memory.view(0, size);
      ByteBuffer out = memory.view(size, size);
      var request = FuseRequest.ofDevice(in, out);
      if (!serve(seat, request, device, waiting(in), out, false)) return;
      var second = afterFirst.get();
      try {
        second.ifPresent(fd -> eager = fd);
        boolean more = true;
        while (more) {
          crew.rest(seat);
          more = next(seat, request, in, out);
        }
      } finally {
        second.ifPresent(Fd::close);
      }
    } finally {
      crew.leave(seat);
    }
  }

  private boolean next(FuseCrew.Seat seat, FuseRequest request, ByteBuffer in, ByteBuffer out) {
    Fd asking = eager;
    if (asking != null && crew.isAlone(seat)) {
      int n = asking.read(in.clear());
      boolean atOnce = n > 0;
      if (n == -Errno.EAGAIN) n = patience.ask(asking, in);
      if (n == -Errno.EINTR || n == -Errno.ENOENT) return true; // ENOENT: it was withdrawn
      if (n != -Errno.EAGAIN) return serve(seat, request, asking, n, out, atOnce);
      long before = System.nanoTime();
      n = waiting(in);
      patience.waited(System.nanoTime() - before);
      return serve(seat, request, device, n, out, false);
    }
    return serve(seat, request, device, waiting(in), out, false);
  }

  private int waiting(ByteBuffer in) {
    int n = device.read(in.clear());
    while (n == -Errno.EINTR || n == -Errno.EAGAIN || n == -Errno.ENOENT) {
      n = device.read(in.clear());
    }
    return n;
  }

  private boolean serve(
      FuseCrew.Seat seat, FuseRequest request, Fd from, int n, ByteBuffer out, boolean atOnce) {
    if (n == 0 || n == -Errno.ENODEV || n == -Errno.ECONNABORTED) return false;
    if (n < 0) throw new LinuxException("read from /dev/fuse", -n);
    if (!request.received(n)) {
      FuseLog.LOG.log(
          System.Logger.Level.ERROR, "a request of " + n + " bytes that says another length");
      return true;
    }
    if (FuseOp.takesLong(request.opcode()) && crew.isAlone(seat)) crew.everybody();
    count(seat, request.caller().tid(), atOnce);
    boolean wanted;
    crew.begin(seat);
    try {
      wanted = dispatch.answer(request);
    } finally {
      // Before the answer is written: the caller's next request may be there as soon as it is.
      crew.end(seat, eager != null);
    }
    lastWasLarge = Math.max(n, out.limit()) > LARGE;
    if (wanted) answer(request, from, out);
    else piled = Math.max(0, piled - 1); // nobody waits for what needs no answer
    return true;
  }

  /**
   * A request that was there at once came while the one before was served, unless it is of the same
   * caller: that may have been woken by the answer on this processor, before this thread went on.
   * Of what is large, one caller has several under way.
   */
  private void count(FuseCrew.Seat seat, int caller, boolean atOnce) {
    if (!atOnce) piled = 0;
    else if (caller == 0 || caller != lastCaller || lastWasLarge) piled++;
    lastCaller = caller;
    if (piled < PILE) return;
    piled = 0;
    crew.piledUp(seat);
  }

  private static void answer(FuseRequest request, Fd to, ByteBuffer out) {
    int written = to.write(out);
    if (written < 0 && written != -Errno.ENOENT && written != -Errno.ENODEV)
      FuseLog.LOG.log(
          System.Logger.Level.WARNING,
          "the kernel refused the answer to operation " + request.opcode(),
          new LinuxException("write to /dev/fuse", -written));
  }
}
