package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.SealfsException;
import java.util.Optional;

/**
 * Makes room by a commit when slots or inodes are lacking, and turns faults of the host into
 * errnos. What lost its last name is free only when the kernel has forgotten it, which it says some
 * moments after the last close: whoever finds the volume full waits for that before it is told so.
 */
final class Room {
  /** What makes room. */
  interface Commit {
    /** Frees slots that wait for a commit. */
    void now();

    /** Lets go of descriptors in memory by a checkpoint; it is durable when this returns. */
    void checkpoint();

    /** Whether what was removed gives its room back only when a checkpoint is written. */
    boolean needsCheckpoint();

    /** Whether something without a name takes room, or is about to give it back. */
    boolean mayStillCome();
  }

  private static final int TRIES = 20;
  private static final long PAUSE_MILLIS = 10;

  private final Commit commit;
  private final Content content;

  Room(Commit commit, Content content) {
    this.commit = commit;
    this.content = content;
  }

  /** As {@link #get}, for what gives nothing. */
  void with(Runnable work) {
    boolean unused =
        get(
            () -> {
              work.run();
              return true;
            });
  }

  /** Does something that takes slots or an inode; it is done again when there was none. */
  <T> T get(Tree.Work<T> work) {
    try {
      if (content.needsCheckpoint()) commit.checkpoint();
      for (int tries = 0; ; tries++) {
        boolean hope = tries == 0 || commit.mayStillCome(); // asked before, lest it comes between
        var done = tried(work);
        if (done.isPresent()) return done.get();
        if (!hope || tries == TRIES) throw new PosixException(Errno.ENOSPC);
        if (tries > 0) Threads.pause(PAUSE_MILLIS);
        if (commit.needsCheckpoint()) commit.checkpoint();
        else commit.now();
      }
    } catch (SealfsException e) {
      throw Content.errno(e);
    }
  }

  private static <T> Optional<T> tried(Tree.Work<T> work) {
    try {
      return Optional.of(work.run());
    } catch (Content.NoSlots e) {
      return Optional.empty();
    }
  }
}
