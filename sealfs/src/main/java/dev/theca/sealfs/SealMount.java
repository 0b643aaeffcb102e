package dev.theca.sealfs;

import dev.theca.linux.fuse.FuseOptions;
import dev.theca.linux.fuse.FuseSession;
import dev.theca.linux.fuse.Transport;
import dev.theca.sealfs.mount.SealFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A volume mounted through FUSE by this process. Closing unmounts, writes what is left to be
 * written, and closes the volume.
 */
public final class SealMount implements AutoCloseable {
  private static final long CACHE_SECONDS =
      86_400; // this server is the only writer, so the kernel's cache is right
  private static final int THREADS = 4;

  private final Volume volume;
  private final FuseSession session;

  private SealMount(Volume volume, FuseSession session) {
    this.volume = volume;
    this.session = session;
  }

  /**
   * How to mount.
   *
   * @param writeback the kernel collects writes; errors of a full volume show at close or fsync
   * @param transport how requests travel
   */
  public record Options(boolean writeback, Transport transport) {
    public static final Options USUAL = new Options(true, Transport.AUTO);
  }

  /**
   * Loads, on threads of its own, what opening and mounting will need, so that a fresh process
   * mounts sooner: it may read keys and records meanwhile. Nothing depends on it.
   */
  public static void prepare() {
    Thread unusedMounting = preparing(FuseSession::prepare);
    Thread unusedKeys = preparing(WarmUp::load);
  }

  private static Thread preparing(Runnable work) {
    return Thread.ofPlatform().daemon().name("prepare").start(work);
  }

  /**
   * Mounts on a directory; needs CAP_SYS_ADMIN and /dev/fuse. The volume belongs to the mount from
   * now on.
   */
  public static SealMount mount(Volume volume, Path target) {
    return mount(volume, target, Options.USUAL);
  }

  public static SealMount mount(Volume volume, Path target, Options options) {
    boolean writeback = options.writeback() && volume.isWritable();
    var fuse =
        FuseOptions.of("sealfs")
            .withCacheSeconds(CACHE_SECONDS)
            .withThreads(THREADS)
            .withReadOnly(!volume.isWritable())
            .withWriteback(writeback)
            .withPosixAcl(true)
            .withTransport(options.transport());
    var handler = new SealFs(volume.store(), () -> free(volume.file()), volume.isWritable());
    return new SealMount(volume, FuseSession.mount(target, fuse, handler));
  }

  private static long free(Path file) {
    try {
      return Files.getFileStore(file).getUsableSpace();
    } catch (IOException e) {
      return 0; // the host took the file away: nothing more fits
    }
  }

  /** How requests travel. */
  public Transport transport() {
    return session.transport();
  }

  /** How many blocks were refused because their tag did not hold. */
  public long tamperedBlocks() {
    return volume.tamperedBlocks();
  }

  /** The newest durable state, of a volume that keeps its changes. */
  public java.util.Optional<Anchor> anchor() {
    return volume.anchor();
  }

  /** No change is taken any more; what the kernel still holds back comes to nothing (EROFS). */
  public void turnReadOnly() {
    volume.turnReadOnly();
  }

  /** Waits until somebody has unmounted it. */
  public void awaitUnmount() throws InterruptedException {
    session.awaitEnd();
  }

  @Override
  public void close() {
    session.close();
    volume.close();
  }
}
