package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import dev.theca.linux.PageMemory;
import java.nio.ByteBuffer;

/** A loop over one descriptor of {@code /dev/fuse}: read a request, serve it, write the answer. */
final class FuseDevice {

  /** What read(2) must have room for beside the largest write (FUSE_MIN_READ_BUFFER). */
  private static final int EXTRA = 8192;

  private final Fd device;
  private final FuseDispatch dispatch;
  private final int size;

  FuseDevice(Fd device, FuseDispatch dispatch, int maxWrite) {
    this.device = device;
    this.dispatch = dispatch;
    this.size = maxWrite + EXTRA;
  }

  /** Serves until the end of the mount; {@code afterFirst} runs when one request is answered. */
  void run(Runnable afterFirst) {
    try (var memory = PageMemory.allocate(2L * size)) {
      ByteBuffer in = memory.view(0, size);
      ByteBuffer out = memory.view(size, size);
      var request = FuseRequest.ofDevice(in, out);
      if (!serveOne(request, in, out)) return;
      afterFirst.run();
      while (serveOne(request, in, out)) {}
    }
  }

  private boolean serveOne(FuseRequest request, ByteBuffer in, ByteBuffer out) {
    int n = device.read(in.clear());
    while (n == -Errno.EINTR || n == -Errno.EAGAIN || n == -Errno.ENOENT) {
      n = device.read(in.clear()); // ENOENT: the request was withdrawn
    }
    if (n == 0 || n == -Errno.ENODEV || n == -Errno.ECONNABORTED) return false;
    if (n < 0) throw new LinuxException("read from /dev/fuse", -n);
    if (!request.received(n)) {
      FuseLog.LOG.log(
          System.Logger.Level.ERROR, "a request of " + n + " bytes that says another length");
      return true;
    }
    if (dispatch.answer(request)) {
      int written = device.write(out);
      if (written < 0 && written != -Errno.ENOENT && written != -Errno.ENODEV)
        FuseLog.LOG.log(
            System.Logger.Level.WARNING,
            "the kernel refused the answer to operation " + request.opcode(),
            new LinuxException("write to /dev/fuse", -written));
    }
    return true;
  }
}
