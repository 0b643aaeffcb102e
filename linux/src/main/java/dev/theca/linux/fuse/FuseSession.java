package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import dev.theca.linux.Mounts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A mounted file system that this process serves through {@code /dev/fuse}. Needs CAP_SYS_ADMIN in
 * the mount namespace. The mount has no {@code nosuid} or {@code nodev}: a container's root needs
 * both. When this process dies, callers get ENOTCONN.
 */
public final class FuseSession implements AutoCloseable {
  private static final int CLONE = 0x8004E500; // FUSE_DEV_IOC_CLONE
  private static final int BUFFER = (1 << 20) + 8192;

  private final Path target;
  private final List<Fd> devices;
  private final List<Thread> loops = new ArrayList<>();
  private final CountDownLatch ended;

  private FuseSession(Path target, List<Fd> devices) {
    this.target = target;
    this.devices = devices;
    this.ended = new CountDownLatch(devices.size());
  }

  /** Mounts on {@code target} and serves until unmounted; returns when the mount answers. */
  public static FuseSession mount(Path target, FuseOptions options, FuseHandler handler) {
    Fd first = Fd.open(Path.of("/dev/fuse"), Fd.O_RDWR);
    var devices = new ArrayList<>(List.of(first));
    try {
      String data =
          "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other%s,max_read=1048576"
              .formatted(first.number(), options.checkModes() ? ",default_permissions" : "");
      Mounts.mount(
          options.type(),
          target,
          "fuse." + options.type(),
          options.readOnly() ? Mounts.MS_RDONLY : 0,
          data);
    } catch (LinuxException e) {
      first.close();
      throw e;
    }
    var dispatch = new FuseDispatch(handler, options);
    while (devices.size() < options.threads()) {
      Fd next = Fd.open(Path.of("/dev/fuse"), Fd.O_RDWR);
      if (!cloned(next, first)) {
        next.close();
        break;
      }
      devices.add(next);
    }
    var session = new FuseSession(target, devices);
    for (Fd device : devices) session.serve(device, dispatch);
    return session;
  }

  private static boolean cloned(Fd next, Fd first) {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      var number = arena.allocate(4, 4);
      number.set(java.lang.foreign.ValueLayout.JAVA_INT, 0, first.number());
      return next.ioctl(CLONE & 0xFFFFFFFFL, number.address()) == 0;
    }
  }

  private void serve(Fd device, FuseDispatch dispatch) {
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("fuse-" + target.getFileName() + "-" + loops.size())
            .unstarted(
                () -> {
                  try {
                    loop(device, dispatch);
                  } finally {
                    ended.countDown();
                  }
                });
    loops.add(thread);
    thread.start();
  }

  private static void loop(Fd device, FuseDispatch dispatch) {
    var in = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    var out = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    while (true) {
      int n = device.read(in.clear());
      if (n == -Errno.ENODEV || n == 0) return;
      if (n == -Errno.EINTR || n == -Errno.EAGAIN || n == -Errno.ENOENT) continue;
      if (n < 0) throw new LinuxException("read from /dev/fuse", -n);
      out.clear();
      if (dispatch.answer(in.flip(), out)) {
        int unused = device.write(out.flip()); // ENOENT: the caller was interrupted and is gone
      }
    }
  }

  public Path target() {
    return target;
  }

  /** Waits until the file system was unmounted, by us or by somebody else. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Unmounts (lazily, when it is in use) and ends the loops. */
  @Override
  public void close() {
    Mounts.detach(target);
    try {
      if (!ended.await(5, java.util.concurrent.TimeUnit.SECONDS)) {
        // Still in use somewhere: the loops end with the last user.
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    for (Fd device : devices) device.close();
  }
}
