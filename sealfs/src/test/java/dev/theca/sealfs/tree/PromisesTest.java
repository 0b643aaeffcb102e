package dev.theca.sealfs.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are added and removed, against a set of bits. */
class PromisesTest {
  private static final int BLOCKS = 60;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void rows_are_what_was_added_and_not_removed(long seed) {
    var random = new Random(seed);
    var promises = new Promises(4);
    var model = new BitSet();
    for (int step = 0; step < 20_000; step++) {
      int from = random.nextInt(BLOCKS);
      int behind = from + 1 + random.nextInt(1 + random.nextInt(BLOCKS - from));
      int there = model.get(from, behind).cardinality();
      assertThat(promises.lacking(from, behind)).isEqualTo(behind - from - there);
      if (random.nextBoolean()) {
        assertThat(promises.add(from, behind)).isEqualTo(behind - from - there);
        model.set(from, behind);
      } else {
        assertThat(promises.remove(from, behind)).isEqualTo(there);
        model.clear(from, behind);
      }
      assertThat(promises.slots()).isEqualTo(4L * model.cardinality());
      for (int i = 0; i <= BLOCKS; i++) assertThat(promises.has(i)).isEqualTo(model.get(i));
    }
  }
}
