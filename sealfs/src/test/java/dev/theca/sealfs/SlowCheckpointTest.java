package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens while a checkpoint is being written: slots come, go and come again. */
@Timeout(180)
class SlowCheckpointTest {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  /** The first write of a checkpoint takes as long as the test wants. */
  private void slow(String call, Path file) {
    if (!Thread.currentThread().getName().equals("sealfs-checkpoint")) return;
    begun.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      throw new SealfsException("interrupted", e);
    }
  }

  @Test
  void slots_that_are_freed_meanwhile_belong_to_the_journal_and_not_to_the_checkpoint()
      throws Exception {
    var rig = new Rig();
    var host = new PowerFiles();
    var volume = rig.opened(host, VolumeState.NEW);
    var random = new Random(5);
    for (int i = 0; i < 40; i++) volume.inject("f" + i, new byte[30_000], 0600);
    volume.sync();
    host.fault(this::slow);
    volume.store().checkpoint();
    begun.await();
    // Everything moves, again and again, while the checkpoint is not durable.
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < 40; i++) {
        Stat there = volume.namespace().find(Volume.ROOT, ModelTree.name("f" + i));
        if (there == null) continue;
        byte[] noise = new byte[20_000 + random.nextInt(40_000)];
        random.nextBytes(noise);
        int unused =
            volume.store().files().write(there.ino(), 0, ByteBuffer.wrap(noise), false, false);
        if (random.nextInt(5) > 0) continue;
        volume.namespace().unlink(Volume.ROOT, ModelTree.name("f" + i));
        Stat made =
            volume.namespace().mknod(Who.ROOT, Volume.ROOT, ModelTree.name("f" + i), 0100600, 0, 0);
        volume.namespace().forget(made.ino(), 1);
      }
      volume.sync();
    }
    int before = host.happened();
    String told = StoreTale.of(volume);
    go.countDown();
    host.heal();
    long end = System.nanoTime() + 60_000_000_000L;
    while (host.superblocks().size() < 2 && System.nanoTime() < end) Thread.sleep(5);
    volume.sync();
    host.kill();
    volume.abandon();
    for (int moment = before; moment <= host.happened(); moment += 2) {
      for (var loss : PowerFiles.Loss.values()) {
        var left = new PowerFiles(host.afterCut(moment, loss, random));
        try (var again = rig.opened(left, VolumeState.ANY)) {
          assertThat(StoreTale.of(again)).isEqualTo(told);
          Rig.verified(again);
        }
      }
    }
  }
}
