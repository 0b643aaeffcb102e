package dev.theca.linux.fuse;

import dev.theca.linux.DeviceNumber;
import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import dev.theca.linux.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A mounted file system that this process serves. Needs CAP_SYS_ADMIN in the mount namespace. The
 * mount has no {@code nosuid} or {@code nodev}: a container's root needs both. When this process
 * dies, callers get ENOTCONN.
 *
 * <p>Once the mount has ended, by {@link #close} or by somebody else's umount, no thread,
 * descriptor or memory of it is left.
 */
public final class FuseSession implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration BRINGING = Duration.ofSeconds(5);
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final Duration ABORTED = Duration.ofSeconds(10);
  private static final int BEGIN_SECONDS = 60;
  private static final int RETRY_MILLIS = 20;

  private final Path target;
  private final FuseOptions options;
  private final int maxWrite;
  private final FuseConnection connection;
  private final Optional<FuseRing> ring;
  private final FuseInit init;
  private final FuseDispatch dispatch;
  private final FuseLoops loops;
  private final CompletableFuture<Transport> begun = new CompletableFuture<>();
  private final DeviceNumber number;

  private FuseSession(
      Path target, FuseOptions options, FuseHandler handler, Optional<FuseRing.Plan> plan) {
    this.target = target;
    this.options = options;
    this.maxWrite = plan.map(FuseRing.Plan::maxWrite).orElse(options.maxWrite());
    this.connection = FuseConnection.open();
    this.ring = plan.map(p -> new FuseRing(connection.device(), p));
    this.init = new FuseInit(options, maxWrite, () -> ring.map(FuseRing::probe).orElse(false));
    this.dispatch = new FuseDispatch(handler, init, options.cacheSeconds());
    this.number = attach();
    this.loops =
        new FuseLoops(
            String.valueOf(target.getFileName()),
            () -> FuseConnection.abort(number),
            () -> {
              begun.completeExceptionally(new LinuxException("serve " + target, Errno.ENOTCONN));
              connection.close();
              handler.destroy();
            });
  }

  /** Links the native calls, which takes a fresh process longer than the mount itself. */
  public static void prepare() {
    var unused = DeviceNumber.of(Path.of("/"));
  }

  /** Mounts on {@code target} and serves until unmounted; returns when the mount answers. */
  public static FuseSession mount(Path target, FuseOptions options, FuseHandler handler) {
    var plan =
        options.transport() == Transport.DEVICE
            ? Optional.<FuseRing.Plan>empty()
            : FuseRing.Plan.here(options.maxWrite());
    return mount(target, options, handler, plan);
  }

  /** With a ring of a given shape. */
  static FuseSession mount(
      Path target, FuseOptions options, FuseHandler handler, Optional<FuseRing.Plan> plan) {
    try {
      var session = new FuseSession(target.toRealPath(), options, handler, plan);
      session.begin();
      return session;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot mount on " + target, e);
    }
  }

  private DeviceNumber attach() {
    String data =
        "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other%s,max_read=%d"
            .formatted(
                connection.device().number(),
                options.checkModes() || options.posixAcl() ? ",default_permissions" : "",
                maxWrite);
    long flags = options.readOnly() ? Mounts.MS_RDONLY : 0;
    try {
      Mounts.mount(options.type(), target, "fuse." + options.type(), flags, data);
    } catch (LinuxException e) {
      connection.close();
      throw e;
    }
    return DeviceNumber.of(target)
        .orElseThrow(() -> new LinuxException("stat " + target, Errno.ENOENT));
  }

  private void begin() {
    loops.start(() -> new FuseDevice(connection.device(), dispatch, maxWrite).run(this::agreed));
    try {
      Transport running = begun.get(BEGIN_SECONDS, TimeUnit.SECONDS);
      if (options.transport() == Transport.RING && running != Transport.RING)
        throw new LinuxException("serve " + target + " over io_uring", Errno.EOPNOTSUPP);
      FuseConnection.readAhead(number);
    } catch (ExecutionException | TimeoutException e) {
      close(Duration.ZERO);
      var failure = new LinuxException("begin to serve " + target, Errno.EPROTO);
      failure.initCause(e);
      throw failure;
    } catch (InterruptedException e) {
      close(Duration.ZERO);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while mounting " + target, e);
    } catch (LinuxException e) {
      close(Duration.ZERO);
      throw e;
    }
  }

  /** Runs on the first device's thread when INIT is answered. */
  private void agreed() {
    var agreed = init.agreed();
    if (agreed.isEmpty()) {
      begun.completeExceptionally(new LinuxException("agree with the kernel", Errno.EPROTO));
      return;
    }
    boolean overRing = agreed.get().ring() && ring.map(r -> r.start(loops, dispatch)).orElse(false);
    ring.ifPresent(FuseRing::close);
    if (!overRing) moreDevices();
    begun.complete(overRing ? Transport.RING : Transport.DEVICE);
  }

  private void moreDevices() {
    for (int i = 1; i < options.threads(); i++) {
      var next = connection.cloneDevice();
      if (next.isEmpty()) return;
      loops.start(
          () -> {
            try (Fd device = next.get()) {
              new FuseDevice(device, dispatch, maxWrite).run(() -> {});
            }
          });
    }
  }

  public Path target() {
    return target;
  }

  /** What runs: {@link Transport#DEVICE} or {@link Transport#RING}. */
  public Transport transport() {
    return begun.join();
  }

  /** The minor version of the FUSE protocol that the kernel speaks; the major one is 7. */
  public int kernelMinor() {
    return init.agreed().orElseThrow().kernelMinor();
  }

  /**
   * Makes the kernel forget attributes of a node and its content from {@code offset} on ({@code
   * length} 0: to the end; a negative offset: only the attributes). False when the kernel does not
   * know it. Not to be called by a handler that the kernel waits for, as all of these.
   */
  public boolean invalidateInode(long node, long offset, long length) {
    return connection.invalidateInode(node, offset, length);
  }

  /** Makes the kernel forget what a name stands for. False when the kernel does not know it. */
  public boolean invalidateEntry(long parent, byte[] name) {
    return connection.invalidateEntry(parent, name);
  }

  /** Says that a name is gone; watchers are told. False when the kernel does not know it. */
  public boolean deleted(long parent, long child, byte[] name) {
    return connection.deleted(parent, child, name);
  }

  /** Waits until the file system was unmounted, by us or by somebody else. */
  public void awaitEnd() throws InterruptedException {
    loops.await();
  }

  /** Unmounts with five seconds of grace. */
  @Override
  public void close() {
    close(GRACE);
  }

  /**
   * Unmounts when nobody uses it any more, but after {@code grace} in any case: then what was
   * written is brought here, the mount goes from the tree, and whoever still holds a file of it
   * gets ENOTCONN. An interrupt ends the grace.
   */
  public synchronized void close(Duration grace) {
    boolean interrupted = Thread.interrupted();
    var sync = Optional.<Thread>empty();
    try {
      if (!unmounted(interrupted ? Duration.ZERO : grace)) {
        sync = Optional.of(sync());
        boolean unused = sync.get().join(BRINGING); // a busy machine needs more than a moment
        boolean unused2 = Mounts.unmount(target, true);
      }
      if (loops.await(LINGER)) return;
    } catch (InterruptedException e) {
      interrupted = true;
      if (isMounted()) {
        boolean unused = Mounts.unmount(target, true);
      }
    } finally {
      abort(interrupted, sync);
    }
  }

  private void abort(boolean interrupted, Optional<Thread> sync) {
    boolean again = interrupted;
    try {
      if (!loops.await(Duration.ZERO)) {
        FuseConnection.abort(number);
        boolean unused = loops.await(ABORTED); // a handler that hangs is not ours to end
      }
      if (sync.isPresent()) {
        boolean unused = sync.get().join(ABORTED); // the abort has ended it, but it has to see it
      }
    } catch (InterruptedException e) {
      again = true;
    } finally {
      if (again) Thread.currentThread().interrupt();
    }
  }

  /** Whether what is on top of the target is this mount. */
  private boolean isMounted() {
    return DeviceNumber.of(target).filter(number::equals).isPresent();
  }

  private boolean unmounted(Duration grace) throws InterruptedException {
    long end = System.nanoTime() + grace.toNanos();
    while (isMounted()) {
      if (Mounts.unmount(target, false)) continue;
      if (System.nanoTime() - end >= 0) return false;
      Thread.sleep(RETRY_MILLIS);
    }
    return true;
  }

  /** Asks the kernel for what it has not written yet; an abort ends this too. */
  private Thread sync() {
    return Thread.ofPlatform()
        .daemon()
        .name("fuse-sync")
        .start(
            () -> {
              try (var root = Fd.open(target, Fd.O_RDONLY)) {
                int unused = root.syncFileSystem();
              } catch (LinuxException e) {
                // It ends without; what was not written is lost, as with a server that dies.
              }
            });
  }
}
