package dev.theca.linux.fuse;

import dev.theca.linux.DetachedMount;
import dev.theca.linux.DeviceNumber;
import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The kernel's end of one mount: the descriptor it was made with, and what is said unasked. */
final class FuseConnection implements AutoCloseable {
  private static final long CLONE = 0x8004E500L; // FUSE_DEV_IOC_CLONE
  private static final int INVAL_INODE = 2;
  private static final int INVAL_ENTRY = 3;
  private static final int DELETE = 6;
  private static final int HEADER = 16;
  private static final String READ_AHEAD_KB = "1024"; // four times as much gave nothing

  private final Fd device;
  private boolean closed;

  private FuseConnection(Fd device) {
    this.device = device;
  }

  static FuseConnection open() {
    return new FuseConnection(openDevice());
  }

  private static Fd openDevice() {
    return Fd.open(Path.of("/dev/fuse"), Fd.O_RDWR);
  }

  Fd device() {
    return device;
  }

  /** Another descriptor with a queue of its own, or none where the kernel has no such thing. */
  java.util.Optional<Fd> cloneDevice() {
    Fd next = openDevice();
    var number = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    number.putInt(0, device.number());
    if (next.ioctl(CLONE, number) == 0) return java.util.Optional.of(next);
    next.close();
    return java.util.Optional.empty();
  }

  /** Widens read-ahead, for which INIT has no room; not allowed everywhere, and no harm then. */
  static void readAhead(DeviceNumber number) {
    try {
      Files.writeString(Path.of("/sys/class/bdi/" + number + "/read_ahead_kb"), READ_AHEAD_KB);
    } catch (IOException e) {
      FuseLog.LOG.log(System.Logger.Level.DEBUG, "read-ahead stays at the kernel's default", e);
    }
  }

  /**
   * Ends the connection at once: whoever waits gets ECONNABORTED, whoever comes ENOTCONN. Through a
   * control file system that is mounted nowhere.
   */
  static void abort(DeviceNumber number) {
    try (var control = DetachedMount.of("fusectl", Map.of());
        var file = control.open(Path.of(number.minor() + "/abort"), Fd.O_WRONLY)) {
      int written = file.write(ByteBuffer.allocateDirect(1).put(0, (byte) '1'));
      if (written < 0) throw new LinuxException("abort a FUSE connection", -written);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) return; // it has ended
      FuseLog.LOG.log(
          System.Logger.Level.WARNING, "stage=unmount outcome=lingering device=" + number, e);
    }
  }

  boolean invalidateInode(long node, long offset, long length) {
    return notify(INVAL_INODE, message(24).putLong(node).putLong(offset).putLong(length).flip());
  }

  boolean invalidateEntry(long parent, byte[] name) {
    var message = message(16 + name.length + 1);
    return notify(
        INVAL_ENTRY,
        message.putLong(parent).putInt(name.length).putInt(0).put(name).put((byte) 0).flip());
  }

  boolean deleted(long parent, long child, byte[] name) {
    var message = message(24 + name.length + 1);
    message.putLong(parent).putLong(child).putInt(name.length).putInt(0);
    return notify(DELETE, message.put(name).put((byte) 0).flip());
  }

  private static ByteBuffer message(int size) {
    var all = ByteBuffer.allocateDirect(HEADER + size).order(ByteOrder.LITTLE_ENDIAN);
    return all.position(HEADER);
  }

  private synchronized boolean notify(int code, ByteBuffer message) {
    if (closed) return false;
    message.putInt(0, message.limit()).putInt(4, code).putLong(8, 0);
    int written = device.write(message);
    if (written >= 0) return true;
    int errno = -written;
    if (errno == Errno.ENOENT || errno == Errno.ENOTDIR || errno == Errno.ENOTCONN) return false;
    if (errno == Errno.ENODEV || errno == Errno.EPERM) return false; // unmounted, or not yet begun
    throw new LinuxException("notify the kernel of a change", errno);
  }

  @Override
  public synchronized void close() {
    closed = true;
    device.close();
  }
}
