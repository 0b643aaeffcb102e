package dev.theca.sealfs.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.disk.Slots.Run;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is handed out, and in which order. */
class SlotsTest {
  private static final int WRITE = 256;

  private final Slots slots = new Slots(VolumeFile.FIRST_SLOT, false);

  private Run take(int want, int least) {
    Run run = slots.take(want, least);
    slots.settled(run.slot());
    return run;
  }

  private void commit() {
    slots.release(slots.freed());
  }

  @Test
  void what_became_free_is_used_again_before_the_file_grows() {
    Run first = take(WRITE, 4);
    Run second = take(WRITE, 4);
    slots.free(first.slot(), first.count());
    assertThat(take(WRITE, 4).slot()).as("not before the commit").isEqualTo(second.slot() + WRITE);
    commit();
    assertThat(take(WRITE, 4)).isEqualTo(first);
  }

  @Test
  void files_that_come_and_go_do_not_make_the_volume_grow() {
    for (int round = 0; round < 50; round++) {
      var runs = new ArrayList<Run>();
      for (int i = 0; i < 400; i++) runs.add(take(i % 4 == 0 ? WRITE : 1 + i % 7, 1));
      for (Run run : runs) slots.free(run.slot(), run.count());
      commit();
    }
    long once = 100L * WRITE + 300 * 4;
    assertThat(slots.end()).isLessThan(2 * once);
  }

  @Test
  void a_large_write_takes_a_whole_row_where_there_is_one_and_never_crumbs() {
    var runs = new ArrayList<Run>();
    for (int i = 0; i < 40_000; i++) runs.add(take(4, 4));
    for (int i = 0; i < runs.size(); i += 2) slots.free(runs.get(i).slot(), 4); // holes of 4
    Run whole = take(WRITE, 4);
    Run behind = take(4, 4);
    slots.free(whole.slot(), whole.count());
    commit();
    assertThat(take(WRITE, 4)).isEqualTo(whole);
    assertThat(take(WRITE, 4)).isEqualTo(new Run(behind.slot() + 4, WRITE));
    assertThat(take(4, 4).slot()).as("a hole").isLessThan(whole.slot());
  }

  @Test
  void what_lies_before_a_row_that_a_journal_names_is_used() {
    Run first = take(4, 4);
    take(1, 1);
    Run second = take(4, 4);
    take(1, 1);
    slots.free(first.slot(), 4);
    slots.free(second.slot(), 4);
    commit();
    Run longer = take(6, 6); // looked for among the holes, and found none
    long end = slots.end();
    assertThat(longer.slot() + 6).isEqualTo(end);
    assertThat(slots.reserve(end + 100, 1)).isTrue();
    assertThat(take(6, 6).slot()).isBetween(end, end + 94);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nothing_is_handed_out_twice(long seed) {
    var random = new Random(seed);
    var taken = new BitSet();
    var ours = new ArrayList<Run>();
    for (int step = 0; step < 20_000; step++) {
      if (random.nextInt(5) < 3) {
        int want = random.nextBoolean() ? 1 + random.nextInt(8) : 1 + random.nextInt(288);
        Run run = take(want, Math.min(want, 4));
        assertThat(run.count()).isBetween(Math.min(want, 4), want);
        int from = Math.toIntExact(run.slot());
        assertThat(taken.nextSetBit(from) < 0 || taken.nextSetBit(from) >= from + run.count())
            .isTrue();
        taken.set(from, from + run.count());
        ours.add(run);
      } else if (!ours.isEmpty()) {
        Run run = ours.remove(random.nextInt(ours.size()));
        slots.free(run.slot(), run.count());
        assertThat(slots.isTaken(run.slot())).as("it waits for a commit").isTrue();
        taken.clear((int) run.slot(), (int) run.slot() + run.count());
        commit();
      }
    }
    assertThat(slots.used()).isEqualTo(taken.cardinality() + VolumeFile.FIRST_SLOT);
  }
}
