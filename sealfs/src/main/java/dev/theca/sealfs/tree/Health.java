package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.OnTamper;
import dev.theca.sealfs.TamperWatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a volume may still be read and written. It only gets worse: after a failed sync nobody
 * knows what is on the disk, so it turns read-only; after a block that the host changed it may
 * freeze, as the owner's policy says.
 */
public final class Health {
  private final OnTamper onTamper;
  private final TamperWatch watch;
  private final Runnable kill;
  private final AtomicLong tampered = new AtomicLong();
  private volatile boolean readOnly;
  private volatile boolean frozen;

  public Health(OnTamper onTamper, TamperWatch watch, Runnable kill) {
    this.onTamper = onTamper;
    this.watch = watch;
    this.kill = kill;
  }

  void mayRead() {
    if (frozen) throw new PosixException(Errno.EIO);
  }

  void mayWrite() {
    mayRead();
    if (readOnly) throw new PosixException(Errno.EROFS);
  }

  public boolean isReadOnly() {
    return readOnly;
  }

  public void turnReadOnly() {
    readOnly = true;
  }

  /** What the reader of a changed block gets. */
  PosixException tampered(long ino, long block) {
    tampered.incrementAndGet();
    watch.tampered(ino, block);
    if (onTamper != OnTamper.EIO) frozen = true;
    if (onTamper == OnTamper.KILL) kill.run();
    return new PosixException(Errno.EIO);
  }

  /** How many pieces of content were refused. */
  public long tamperedBlocks() {
    return tampered.get();
  }
}
