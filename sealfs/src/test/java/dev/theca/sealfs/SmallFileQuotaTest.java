package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content that lives in inodes' records counts against the quota when it is written. */
class SmallFileQuotaTest {
  private static final long QUOTA = 8 << 20;
  private static final int SMALL = 2000;

  /** Which volume is full. */
  enum Kind {
    OWN,
    ABOVE_A_BASE,
    EPHEMERAL
  }

  private final PowerFiles host = new PowerFiles();
  private final Rig rig = new Rig();

  private Volume open(Kind kind) {
    rig.options = VolumeOptions.USUAL.withQuota(QUOTA, 0);
    if (kind != Kind.OWN) rig.base(host, new Random(1));
    return kind == Kind.EPHEMERAL ? rig.ephemeral(host) : rig.opened(host, VolumeState.NEW);
  }

  private static void write(Volume volume, long ino, long offset, int length) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) ino);
    int unused = volume.store().files().write(ino, offset, ByteBuffer.wrap(bytes), false, false);
  }

  private static long make(Volume volume, String name) {
    Stat made =
        volume.namespace().mknod(Who.ROOT, Volume.ROOT, ModelTree.name(name), 0100600, 0, 0);
    volume.namespace().forget(made.ino(), 1);
    return made.ino();
  }

  private static boolean fits(Runnable work) {
    try {
      work.run();
      return true;
    } catch (PosixException e) {
      assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
      return false;
    }
  }

  /** Writes small files until there is no room for one more; how many. */
  private static int fill(Volume volume, int from) {
    for (int i = from; ; i++) {
      long ino = make(volume, "f" + i);
      if (fits(() -> write(volume, ino, 0, SMALL))) continue;
      volume.namespace().unlink(Volume.ROOT, ModelTree.name("f" + i));
      return i - from;
    }
  }

  private static void remove(Volume volume, int from, int count) {
    for (int i = from; i < from + count; i++)
      volume.namespace().unlink(Volume.ROOT, ModelTree.name("f" + i));
  }

  private static long free(Volume volume) {
    return volume.store().freeBytes(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @EnumSource
  void small_files_fill_a_volume_before_any_checkpoint_and_leave_it(Kind kind) {
    try (var volume = open(kind)) {
      long before = free(volume);
      int count = fill(volume, 0);
      assertThat((long) count * SMALL).isBetween(before / 2, before);
      assertThat(free(volume)).isZero();
      assertThat(volume.store().usedBytes()).isBetween((long) count * SMALL, QUOTA);
      remove(volume, 0, count / 2);
      assertThat(fill(volume, count)).isBetween(count / 2 - 40, count / 2 + 40);
      for (int i = count / 2; i < count; i++) {
        Stat there = volume.namespace().find(Volume.ROOT, ModelTree.name("f" + i));
        assertThat(there).isNotNull();
        assertThat(volume.read(there.ino())).hasSize(SMALL).containsOnly((byte) there.ino());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "EPHEMERAL", mode = EnumSource.Mode.EXCLUDE)
  void they_fill_it_after_a_crash_too(Kind kind) {
    var volume = open(kind);
    int count = fill(volume, 0);
    volume.sync();
    host.kill();
    volume.abandon();
    volume = rig.opened(host, VolumeState.ANY);
    Rig.verified(volume);
    assertThat(volume.store().usedBytes()).isLessThanOrEqualTo(QUOTA);
    assertThat(free(volume)).isLessThan(QUOTA / 16);
    assertThat(fill(volume, 2 * count)).isLessThan(count / 8);
    remove(volume, 0, count);
    assertThat(fill(volume, 10 * count)).isGreaterThan(count * 3 / 4);
    volume.close();
  }

  /** What a checkpoint has written takes slots until the next one: who needs them gets them. */
  @Test
  void what_was_written_down_and_removed_makes_room() {
    try (var volume = open(Kind.OWN)) {
      int count = fill(volume, 0);
      volume.store().still(() -> {}); // a checkpoint
      remove(volume, 0, count);
      assertThat(fill(volume, count)).isGreaterThan(count * 3 / 4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_file_that_goes_to_blocks_counts_once(Kind kind) {
    try (var volume = open(kind)) {
      var files = new ArrayList<Long>();
      for (int i = 0; i < 200; i++) {
        files.add(make(volume, "f" + i));
        write(volume, files.getLast(), 0, SMALL);
      }
      long small = free(volume);
      for (long ino : files) write(volume, ino, SMALL, 2 * SMALL); // 6000 bytes: two slots
      volume.sync();
      assertThat(small - free(volume))
          .isBetween(200L * (2 * 4096 - SMALL) - (1 << 16), 200L * 2 * 4096);
      for (long ino : files) truncate(volume, ino, 0);
      volume.sync();
      assertThat(free(volume)).isGreaterThan(small);
    }
  }

  private static void truncate(Volume volume, long ino, long size) {
    Stat unused =
        volume
            .store()
            .files()
            .setattr(Who.ROOT, ino, new SetAttr(SetAttr.SIZE, size, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void attributes_count_too() {
    try (var volume = open(Kind.EPHEMERAL)) {
      byte[] value = new byte[40_000];
      int set = 0;
      while (true) {
        int next = set;
        if (!fits(
            () ->
                volume
                    .store()
                    .files()
                    .setxattr(make(volume, "x" + next), ModelTree.name("user.a"), value, 0))) break;
        set++;
      }
      assertThat((long) set * value.length).isBetween(QUOTA / 2, QUOTA);
    }
  }

  /** A record that does not grow needs no room, whatever else is full. */
  @Test
  void what_is_there_can_be_written_over_in_a_full_volume() {
    try (var volume = open(Kind.OWN)) {
      int count = fill(volume, 0);
      for (int i = 0; i < count; i++) {
        Stat there = volume.namespace().find(Volume.ROOT, ModelTree.name("f" + i));
        assertThat(there).isNotNull();
        write(volume, there.ino(), 0, SMALL);
      }
      long last = make(volume, "empty");
      assertThatThrownBy(() -> write(volume, last, 0, 1)).isInstanceOf(PosixException.class);
    }
  }

  /** Random files of all sizes: never more than the quota, and nothing of it is ever lost. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void what_is_counted_is_what_is_there(long seed) {
    var random = new Random(seed);
    Kind kind = Kind.values()[random.nextInt(3)];
    try (var volume = open(kind)) {
      volume.sync();
      long before = free(volume);
      Map<Long, Long> model = new HashMap<>();
      int refused = 0;
      for (int step = 0; step < 6000; step++) {
        if (!fits(() -> change(volume, random, model))) refused++;
        long content = model.values().stream().mapToLong(size -> size).sum();
        assertThat(content).as("step %d of seed %d", step, seed).isLessThan(QUOTA);
        assertThat(volume.store().usedBytes() + free(volume)).isLessThanOrEqualTo(QUOTA);
        if (random.nextInt(500) == 0 && kind != Kind.EPHEMERAL) volume.store().checkpoint();
      }
      assertThat(refused).as("the quota was felt").isPositive();
      for (long ino : model.keySet())
        volume.namespace().unlink(Volume.ROOT, ModelTree.name("f" + ino));
      volume.sync();
      volume.store().still(() -> {});
      assertThat(free(volume)).isBetween(before - (1 << 16), before + (1 << 16));
      Rig.verified(volume);
    }
  }

  private static void change(Volume volume, Random random, Map<Long, Long> model) {
    if (model.size() < 50 || random.nextInt(3) == 0) {
      long ino = make(volume, "new");
      volume
          .namespace()
          .rename(
              Who.ROOT,
              Volume.ROOT,
              ModelTree.name("new"),
              Volume.ROOT,
              ModelTree.name("f" + ino),
              0);
      model.put(ino, 0L);
      int size = random.nextInt(8) == 0 ? random.nextInt(200_000) : random.nextInt(2048);
      if (size > 0) write(volume, ino, 0, size);
      model.put(ino, (long) size);
      return;
    }
    var files = new ArrayList<>(model.keySet());
    long ino = files.get(random.nextInt(files.size()));
    switch (random.nextInt(4)) {
      case 0 -> {
        volume.namespace().unlink(Volume.ROOT, ModelTree.name("f" + ino));
        model.remove(ino);
      }
      case 1 -> {
        long size = random.nextLong(model.getOrDefault(ino, 0L) + 1);
        truncate(volume, ino, size);
        model.put(ino, size);
      }
      default -> {
        long size = model.getOrDefault(ino, 0L);
        int more = 1 + random.nextInt(3000);
        write(volume, ino, size, more);
        model.put(ino, size + more);
      }
    }
  }
}
