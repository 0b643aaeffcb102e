package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.SealfsException;

/** Makes room by a commit when slots are lacking, and turns faults of the host into errnos. */
final class Room {
  /** What makes room. */
  interface Commit {
    /** Frees slots that wait for a commit. */
    void now();

    /** Lets go of descriptors in memory by a checkpoint; it is durable when this returns. */
    void checkpoint();
  }

  private final Commit commit;
  private final Content content;

  Room(Commit commit, Content content) {
    this.commit = commit;
    this.content = content;
  }

  /** Does something that takes slots; it is done again when the first try found none. */
  void with(Runnable work) {
    try {
      if (content.needsCheckpoint()) commit.checkpoint();
      try {
        work.run();
      } catch (Content.NoSlots e) {
        commit.now();
        work.run();
      }
    } catch (Content.NoSlots e) {
      throw new PosixException(Errno.ENOSPC);
    } catch (SealfsException e) {
      throw Content.errno(e);
    }
  }
}
