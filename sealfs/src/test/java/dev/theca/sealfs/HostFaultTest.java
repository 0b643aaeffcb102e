package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The host's disk is full, or fails, at any call: the operation fails and changes nothing, or the
 * volume turns read-only; a sync that was answered holds, and what is left opens and is whole. Long
 * form: {@code theca.check.seconds}; again: {@code theca.seed}.
 */
@Timeout(600)
class HostFaultTest {
  private static final int STEPS = 120;

  /** Fails from one call on for a while. */
  private record Failing(String call, boolean full, int from, int to, AtomicInteger calls)
      implements PowerFiles.Fault {
    @Override
    public void before(String what, Path file) {
      if (!what.equals(call)) return;
      int now = calls.getAndIncrement();
      if (now < from || now >= to) return;
      var cause = new IOException(full ? "no space left" : "input/output error");
      if (full) throw SealfsException.noSpace("full", cause);
      throw new SealfsException("broken", cause);
    }
  }

  private int points;
  private int readOnly;
  private int refused;

  @ParameterizedTest
  @CsvSource({
    "write, true, 1",
    "write, true, 40",
    "write, false, 1",
    "sync, false, 1",
    "truncate, false, 1",
    "truncate, true, 1",
    "read, false, 1"
  })
  void a_host_that_fails_at_any_call_is_told_to_the_caller(String call, boolean full, int times) {
    long seconds = Rig.seconds("host faults") / 7;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long first = Rig.seed();
    for (int run = 0; run < 12 || System.nanoTime() < end; run++) {
      long seed = first + run;
      try {
        run(new Random(seed), call, full, times);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dtheca.seed=" + seed, e);
      }
    }
    System.out.println(
        "host faults, "
            + call
            + (full ? " full" : " broken")
            + ": "
            + points
            + " points, "
            + readOnly
            + " read-only, "
            + refused
            + " refused operations");
  }

  private void run(Random random, String call, boolean full, int times) {
    points++;
    var rig = new Rig();
    var files = new PowerFiles();
    if (random.nextBoolean()) rig.base(files, random);
    rig.rhythm = random.nextBoolean() ? Rig.ASKED : Rig.HURRIED;
    boolean based = files.exists(Rig.BASE);
    Volume volume = rig.opened(files, VolumeState.NEW);
    var work = new Workload(random, volume);
    if (based) work.adopt();
    int from = random.nextInt(60);
    files.fault(new Failing(call, full, from, from + times, new AtomicInteger()));
    var states = new ArrayList<>(List.of(work.model.told()));
    for (int i = 0; i < STEPS; i++) {
      try {
        String unused = work.step();
      } catch (PosixException e) {
        assertThat(e.errno()).as("a read that fails").isEqualTo(Errno.EIO);
      }
      states.add(work.model.told());
      if (random.nextInt(6) == 0 && synced(volume)) states.subList(0, states.size() - 1).clear();
      if (random.nextInt(12) == 0) volume.store().checkpoint();
    }
    if (!volume.isWritable()) readOnly++;
    refused += work.refused;
    files.heal();
    if (volume.isWritable()) {
      work.compare();
      // A checkpoint beside, which failed just before, may turn it read-only only now.
      if (synced(volume)) states.subList(0, states.size() - 1).clear();
    }
    // The power goes, or the process is killed, or it ends in order.
    switch (random.nextInt(3)) {
      case 0 -> {
        files.kill();
        volume.abandon();
        var loss = PowerFiles.Loss.values()[random.nextInt(5)];
        files = new PowerFiles(files.afterCut(files.happened(), loss, random));
      }
      case 1 -> {
        files.kill();
        volume.abandon();
      }
      default -> volume.close();
    }
    var outcome = rig.open(files, VolumeState.ANY);
    assertThat(outcome instanceof Outcome.Granted<Volume>).as("opens: " + outcome).isTrue();
    volume = outcome.orThrow();
    assertThat(states).contains(StoreTale.of(volume));
    Rig.verified(volume);
    volume.close();
  }

  private static boolean synced(Volume volume) {
    try {
      volume.sync();
      return true;
    } catch (PosixException e) {
      // A full host is told as such, also when the volume turned read-only right afterwards.
      assertThat(e.errno()).isIn(Errno.EIO, Errno.EROFS, Errno.ENOSPC);
      if (volume.isWritable()) assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
      return false;
    }
  }
}
