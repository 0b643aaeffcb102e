package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power fails at any moment, and any part of what was not synced is lost or torn: the volume
 * opens, holds a state that it went through and that is not older than the last answered sync, and
 * its accounting is exact (sealfs reference 5.4). The same when it fails again while the volume
 * recovers. Long form: {@code theca.check.seconds}; again: {@code theca.seed}.
 */
class PowerCutTest {
  private static final int STEPS = 60;

  /** What the volume held after each step, and from which moment on it had to be kept. */
  private static final class History {
    final List<String> states = new ArrayList<>();

    /** Of each state: how much had happened when it was the present one, first. */
    final List<Integer> from = new ArrayList<>();

    final List<int[]> synced = new ArrayList<>();

    void state(int moment, String told) {
      states.add(told);
      from.add(moment);
    }

    void synced(int moment) {
      synced.add(new int[] {moment, states.size() - 1});
    }

    /** What may be found when the power was cut at a moment. */
    List<String> allowed(int moment) {
      int least = 0;
      for (int[] ack : synced) if (ack[0] <= moment) least = ack[1];
      int most = least;
      while (most + 1 < states.size() && from.get(most + 1) <= moment) most++;
      return states.subList(least, most + 1);
    }
  }

  private int points;
  private int nested;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void whatever_is_lost_the_volume_opens_in_a_state_it_went_through(int kind) {
    long seconds = Rig.seconds("power cuts") / 4;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long first = Rig.seed();
    for (int run = 0; run < 2 || System.nanoTime() < end; run++) {
      long seed = first + run;
      try {
        history(new Random(seed), kind);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dtheca.seed=" + seed, e);
      }
    }
    System.out.println(
        "power cuts, kind " + kind + ": " + points + " points, " + nested + " nested");
    assertThat(points).isGreaterThan(100);
    assertThat(nested).isGreaterThan(20);
  }

  private void history(Random random, int kind) {
    var rig = new Rig();
    var files = new PowerFiles();
    if ((kind & 1) != 0) rig.base(files, random);
    rig.rhythm = (kind & 2) != 0 ? Rig.HURRIED : Rig.ASKED;
    rig.options = VolumeOptions.USUAL.withBlockLog2(12 + random.nextInt(3));
    var volume = rig.opened(files, VolumeState.NEW);
    var work = new Workload(random, volume);
    if ((kind & 1) != 0) work.adopt();
    var history = new History();
    int begun = files.happened();
    history.state(0, work.model.told());
    history.synced(begun);
    for (int i = 0; i < STEPS; i++) {
      int before = files.happened();
      String unused = work.step();
      String now = work.model.told();
      if (!now.equals(history.states.getLast())) history.state(before, now);
      if (random.nextInt(4) == 0) {
        volume.sync();
        history.synced(files.happened());
      }
      if (random.nextInt(8) == 0) volume.store().checkpoint();
      if (random.nextInt(25) > 0) continue;
      // The process is killed: what it wrote stays with the host, synced or not.
      if (random.nextBoolean()) {
        volume.sync();
        history.synced(files.happened());
        files.kill();
        volume.abandon();
      } else {
        volume.close();
        history.synced(files.happened());
      }
      volume = rig.opened(files, VolumeState.ANY);
      work.reopened(volume);
      history.synced(files.happened());
    }
    volume.close();
    history.synced(files.happened());
    var moments = new TreeSet<>(files.superblocks());
    for (int i = 0; i < 25; i++) moments.add(begun + random.nextInt(files.happened() - begun + 1));
    for (int moment : moments) {
      if (moment < begun) continue;
      for (var loss : PowerFiles.Loss.values())
        found(
            rig,
            files.afterCut(moment, loss, random),
            history.allowed(moment),
            random,
            2,
            loss + " at " + moment);
    }
  }

  /** Opens what is left, and cuts the power again while it is opened. */
  private void found(
      Rig rig,
      Map<Path, byte[]> left,
      List<String> allowed,
      Random random,
      int deep,
      String where) {
    points++;
    var host = new PowerFiles(left);
    var outcome = rig.open(host, VolumeState.ANY);
    assertThat(outcome.isGranted()).as(where + ": opens, " + outcome).isTrue();
    String told;
    int opened = host.happened();
    try (var volume = outcome.orThrow()) {
      told = StoreTale.of(volume);
      assertThat(allowed).as(where).contains(told);
      try {
        Rig.verified(volume);
      } catch (AssertionError e) {
        throw new AssertionError(where, e);
      }
    }
    if (deep == 0 || random.nextInt(4) > 0) return;
    nested++;
    int again = random.nextInt(host.happened() + 1);
    var loss = PowerFiles.Loss.values()[random.nextInt(PowerFiles.Loss.values().length)];
    found(
        rig,
        host.afterCut(Math.max(1, again), loss, random),
        again >= opened ? List.of(told) : allowed,
        random,
        deep - 1,
        where + ", then " + loss + " at " + again);
  }
}
