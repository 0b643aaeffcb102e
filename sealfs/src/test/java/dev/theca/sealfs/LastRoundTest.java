package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.Who;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks for durability while the volume ends. */
@Timeout(180)
class LastRoundTest {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  /** The first sync of a commit takes as long as the test wants, and fails. */
  private void slowAndBroken(String call, Path file) {
    if (!call.equals("sync") || !Thread.currentThread().getName().equals("sealfs-commit")) return;
    begun.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      throw new SealfsException("interrupted", e);
    }
    throw new SealfsException("broken", new IOException("input/output error"));
  }

  /** The errno of a sync, or 0. */
  private static int synced(Volume volume) {
    try {
      volume.sync();
      return 0;
    } catch (PosixException e) {
      return e.errno();
    }
  }

  /** A change that needs nothing of the host until it is to be durable. */
  private static void made(Volume volume, String name) {
    long ino = volume.namespace().mkdir(Who.ROOT, Volume.ROOT, ModelTree.name(name), 0755, 0).ino();
    volume.namespace().forget(ino, 1);
  }

  private static Thread started(Runnable work) throws InterruptedException {
    var thread = Thread.ofPlatform().start(work);
    while (thread.getState() != Thread.State.WAITING) Thread.sleep(1);
    return thread;
  }

  @Test
  void a_sync_that_the_last_round_answers_is_not_granted_by_a_volume_that_turned_read_only()
      throws Exception {
    var rig = new Rig();
    var host = new PowerFiles();
    var volume = rig.opened(host, VolumeState.NEW);
    made(volume, "early");
    host.fault(this::slowAndBroken);
    var first = new FutureTask<>(() -> synced(volume));
    Thread firstThread = started(first);
    begun.await();
    made(volume, "late");
    var second = new FutureTask<>(() -> synced(volume));
    Thread secondThread = started(second);
    Thread closer = started(volume::close);
    go.countDown();
    for (Thread one : new Thread[] {firstThread, secondThread, closer}) one.join();
    // The last round may have failed before the first caller looks.
    assertThat(first.get()).isIn(Errno.EIO, Errno.EROFS);
    assertThat(second.get()).as("nobody wrote it").isEqualTo(Errno.EROFS);
    host.heal();
    try (var again = rig.opened(host, VolumeState.ANY)) {
      assertThat(again.namespace().find(Volume.ROOT, ModelTree.name("late"))).isNull();
    }
  }
}
