package dev.theca.sealfs;

import dev.theca.linux.fuse.FuseOptions;
import dev.theca.linux.fuse.FuseSession;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A volume mounted through FUSE by this process. Closing unmounts and closes the volume. */
public final class SealMount implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.sealfs");
  private static final long CACHE_SECONDS =
      86_400; // this server is the only writer, so the kernel's cache is right
  private static final int THREADS = 4;

  private final Volume volume;
  private final FuseSession session;
  private final AtomicLong tampered;

  private SealMount(Volume volume, FuseSession session, AtomicLong tampered) {
    this.volume = volume;
    this.session = session;
    this.tampered = tampered;
  }

  /**
   * Mounts on a directory; needs CAP_SYS_ADMIN and /dev/fuse. The volume belongs to the mount from
   * now on.
   */
  public static SealMount mount(Volume volume, Path target) {
    var tampered = new AtomicLong();
    var handler =
        new SealFs(
            volume,
            (ino, block) -> {
              tampered.incrementAndGet();
              LOG.log(
                  System.Logger.Level.ERROR,
                  "stage=read outcome=tampered ino=" + ino + " block=" + block);
            });
    var options =
        FuseOptions.of("sealfs")
            .withCacheSeconds(CACHE_SECONDS)
            .withThreads(THREADS)
            .withReadOnly(!volume.writable());
    return new SealMount(volume, FuseSession.mount(target, options, handler), tampered);
  }

  /** How many blocks were refused because their tag did not hold. */
  public long tamperedBlocks() {
    return tampered.get();
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
