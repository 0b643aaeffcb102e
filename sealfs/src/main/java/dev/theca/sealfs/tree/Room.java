package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.SealfsException;

/** Makes room by a commit when slots are lacking, and turns faults of the host into errnos. */
final class Room {
  /** Frees slots that wait for a commit. */
  @FunctionalInterface
  interface Commit {
    void now();
  }

  private final Commit commit;

  Room(Commit commit) {
    this.commit = commit;
  }

  /** Does something that takes slots; it is done again when the first try found none. */
  void with(Runnable work) {
    try {
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
