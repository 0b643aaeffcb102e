package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A volume does what a model made of maps does, through crashes and remounts at synced points. Long
 * form: {@code theca.check.seconds}; again: {@code theca.seed}.
 */
class StoreModelTest {
  private static final int STEPS = 250;

  @ParameterizedTest
  @CsvSource({
    "12, false, 0",
    "13, true, 0",
    "14, false, 0",
    "14, true, 0",
    "15, false, 0",
    "16, true, 0",
    "12, false, 2",
    "14, true, 3",
    "16, false, 4"
  })
  void a_volume_answers_as_the_model_does(int blockLog2, boolean base, int quotaMiB) {
    long seconds = Rig.seconds("model") / 9;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long first = Rig.seed();
    int refused = 0;
    int runs = 0;
    for (; runs < 3 || System.nanoTime() < end || unfelt(quotaMiB, refused, runs); runs++) {
      long seed = first + runs;
      try {
        refused += run(new Random(seed), blockLog2, base, quotaMiB);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dtheca.seed=" + seed, e);
      }
    }
    if (seconds > 0) System.out.println("model: " + runs + " runs, " + refused + " refusals");
    if (quotaMiB > 0) assertThat(refused).as("the quota was felt").isPositive();
  }

  /** A few random runs may all stay below the quota; thirty do not. */
  private static boolean unfelt(int quotaMiB, int refused, int runs) {
    return quotaMiB > 0 && refused == 0 && runs < 30;
  }

  private static int run(Random random, int blockLog2, boolean base, int quotaMiB) {
    var rig = new Rig();
    var files = new PowerFiles();
    if (base) rig.base(files, random);
    rig.rhythm = random.nextBoolean() ? Rig.ASKED : Rig.HURRIED;
    rig.options = VolumeOptions.USUAL.withBlockLog2(blockLog2).withQuota((long) quotaMiB << 20, 0);
    var volume = rig.opened(files, VolumeState.NEW);
    var work = new Workload(random, volume);
    if (base) work.adopt();
    for (int i = 0; i < STEPS; i++) {
      String unused = work.step();
      if (random.nextInt(12) == 0) volume.sync();
      if (random.nextInt(25) == 0) volume.store().checkpoint();
      if (random.nextInt(40) == 0) work.compare();
      if (random.nextInt(50) > 0) continue;
      if (random.nextBoolean()) {
        volume.close();
      } else {
        volume.sync();
        files.kill();
        volume.abandon();
      }
      volume = rig.opened(files, VolumeState.ANY);
      work.reopened(volume);
      work.compare();
      Rig.verified(volume);
    }
    volume.close();
    volume = rig.opened(files, VolumeState.ANY);
    work.reopened(volume);
    work.compare();
    Rig.verified(volume);
    volume.close();
    return work.refused;
  }
}
