package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.Files;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fallocate(2) was granted can be written, whatever fills the volume meanwhile. */
class ReservationTest {
  private static final int QUOTA = 8 << 20;
  private static final int RANGE = 2 << 20;

  private final PowerFiles host = new PowerFiles();
  private final Rig rig = new Rig();

  private Volume open(boolean ephemeral, int blockLog2) {
    rig.options = VolumeOptions.USUAL.withBlockLog2(blockLog2).withQuota(QUOTA, 0);
    if (!ephemeral) return rig.opened(host, VolumeState.NEW);
    rig.base(host, new Random(1));
    return rig.ephemeral(host);
  }

  private static long make(Volume volume, String name) {
    Stat made =
        volume.namespace().mknod(Who.ROOT, Volume.ROOT, ModelTree.name(name), 0100600, 0, 0);
    volume.namespace().forget(made.ino(), 1);
    return made.ino();
  }

  private static void write(Volume volume, long ino, long offset, byte[] bytes) {
    int unused = volume.store().files().write(ino, offset, ByteBuffer.wrap(bytes), false, false);
  }

  private static void allocate(Volume volume, long ino, long offset, long length, int mode) {
    volume.store().files().fallocate(ino, offset, length, mode);
  }

  private static void truncate(Volume volume, long ino, long size) {
    var how = new SetAttr(SetAttr.SIZE, size, 0, 0, 0, 0, 0, 0);
    Stat unused = volume.store().files().setattr(Who.ROOT, ino, how);
  }

  private static int errno(Runnable work) {
    try {
      work.run();
      return 0;
    } catch (PosixException e) {
      return e.errno();
    }
  }

  private static void fill(Volume volume) {
    long big = make(volume, "big");
    byte[] noise = new byte[1 << 18];
    long size = 0;
    for (int piece = noise.length; piece > 100; ) {
      byte[] part = Arrays.copyOf(noise, piece);
      long at = size;
      int errno = errno(() -> write(volume, big, at, part));
      if (errno == 0) {
        size += piece;
      } else {
        assertThat(errno).isEqualTo(Errno.ENOSPC);
        piece /= 2;
      }
    }
  }

  private static long free(Volume volume) {
    return volume.store().freeBytes(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "false, 14, 0",
    "true, 14, 0",
    "false, 14, 1",
    "true, 14, 1",
    "false, 12, 0",
    "false, 16, 1"
  })
  void a_range_that_was_reserved_can_be_written_in_a_full_volume(
      boolean ephemeral, int blockLog2, int mode) {
    var random = new Random(blockLog2 + mode);
    try (var volume = open(ephemeral, blockLog2)) {
      long ino = make(volume, "reserved");
      byte[] model = new byte[RANGE + 777];
      byte[] head = new byte[mode * 1500]; // some of it is in its record
      random.nextBytes(head);
      if (head.length > 0) write(volume, ino, 0, head);
      System.arraycopy(head, 0, model, 0, head.length);
      long before = free(volume);
      allocate(volume, ino, 777, RANGE, mode);
      assertThat(before - free(volume)).isBetween((long) RANGE, RANGE + (1L << 18));
      assertThat(volume.namespace().stat(ino).blocks() * 512).isGreaterThanOrEqualTo(RANGE);
      fill(volume);
      // Appended in small steps, then written over at random, all of it several times.
      int size = Math.max(777, head.length);
      while (size < model.length) {
        byte[] step = new byte[Math.min(model.length - size, 1 + random.nextInt(9000))];
        random.nextBytes(step);
        write(volume, ino, size, step);
        System.arraycopy(step, 0, model, size, step.length);
        size += step.length;
        if (random.nextInt(20) == 0) volume.sync();
      }
      for (int i = 0; i < 40; i++) {
        byte[] piece = new byte[1 + random.nextInt(i % 4 == 0 ? 1 << 20 : 40_000)];
        random.nextBytes(piece);
        int at = 777 + random.nextInt(RANGE - piece.length);
        write(volume, ino, at, piece);
        System.arraycopy(piece, 0, model, at, piece.length);
      }
      assertThat(volume.read(ino)).isEqualTo(model);
      assertThat(errno(() -> write(volume, make(volume, "other"), 0, new byte[1 << 20])))
          .isEqualTo(Errno.ENOSPC);
    }
  }

  /** Content of the base takes room only when it is written over. */
  @Test
  void a_range_of_the_bases_content_can_be_reserved() {
    try (var volume = open(true, 14)) {
      Stat file = volume.namespace().find(Volume.ROOT, ModelTree.name("b2"));
      assertThat(file).isNotNull();
      byte[] model = volume.read(file.ino());
      long before = free(volume);
      allocate(volume, file.ino(), 5000, 1 << 20, 0);
      assertThat(before - free(volume)).isBetween(1L << 20, (1L << 20) + (1 << 15));
      fill(volume);
      byte[] noise = new byte[1 << 20];
      new Random(9).nextBytes(noise);
      write(volume, file.ino(), 5000, noise);
      System.arraycopy(noise, 0, model, 5000, noise.length);
      assertThat(volume.read(file.ino())).isEqualTo(model);
      assertThat(errno(() -> write(volume, file.ino(), 1_900_000, noise))).isEqualTo(Errno.ENOSPC);
    }
  }

  @Test
  void what_was_not_reserved_has_no_room_and_changes_nothing() {
    try (var volume = open(false, 14)) {
      long ino = make(volume, "reserved");
      allocate(volume, ino, 0, 1 << 16, 0);
      fill(volume);
      assertThat(errno(() -> write(volume, ino, 1 << 15, new byte[1 << 17])))
          .isEqualTo(Errno.ENOSPC);
      assertThat(volume.read(ino)).isEqualTo(new byte[1 << 16]);
      assertThat(errno(() -> allocate(volume, ino, 0, 1 << 20, 0))).isEqualTo(Errno.ENOSPC);
      assertThat(volume.namespace().stat(ino).size()).isEqualTo(1 << 16);
    }
  }

  @Test
  void what_is_kept_is_given_back_in_every_way() {
    try (var volume = open(false, 14)) {
      long ino = make(volume, "reserved");
      long before = free(volume);
      for (String way : new String[] {"cut", "punch", "same size", "half", "remove"}) {
        allocate(volume, ino, 0, RANGE, Files.KEEP_SIZE);
        allocate(volume, ino, RANGE / 2, RANGE / 2, Files.KEEP_SIZE); // kept once only
        assertThat(free(volume)).isEqualTo(before - RANGE);
        switch (way) {
          case "cut" -> {
            truncate(volume, ino, RANGE);
            assertThat(free(volume)).isEqualTo(before - RANGE);
            truncate(volume, ino, 0);
          }
          case "punch" -> allocate(volume, ino, 0, RANGE, Files.PUNCH_HOLE | Files.KEEP_SIZE);
          case "same size" -> truncate(volume, ino, 0);
          case "half" -> {
            allocate(volume, ino, RANGE / 2, RANGE, Files.PUNCH_HOLE | Files.KEEP_SIZE);
            assertThat(free(volume)).isEqualTo(before - RANGE / 2);
            truncate(volume, ino, 0);
          }
          default -> volume.namespace().unlink(Volume.ROOT, ModelTree.name("reserved"));
        }
        assertThat(free(volume)).as(way).isBetween(before - 8192, before + 8192);
      }
    }
  }

  @Test
  void zeroing_keeps_room_for_what_it_zeroed() {
    try (var volume = open(false, 14)) {
      long ino = make(volume, "reserved");
      byte[] noise = new byte[RANGE];
      new Random(3).nextBytes(noise);
      write(volume, ino, 0, noise);
      allocate(volume, ino, 0, 2 * RANGE, Files.ZERO_RANGE);
      volume.sync();
      fill(volume);
      assertThat(volume.read(ino)).isEqualTo(new byte[2 * RANGE]);
      write(volume, ino, 0, noise);
      write(volume, ino, RANGE, noise);
      assertThat(Arrays.copyOfRange(volume.read(ino), RANGE, 2 * RANGE)).isEqualTo(noise);
    }
  }

  /** It is kept in memory: who opens the volume again finds what was written, and the room. */
  @Test
  void a_mount_does_not_know_what_another_kept() {
    var volume = open(false, 14);
    long before = free(volume);
    long ino = make(volume, "reserved");
    allocate(volume, ino, 0, RANGE, 0);
    write(volume, ino, 0, new byte[] {1});
    volume.close();
    volume = rig.opened(host, VolumeState.ANY);
    assertThat(free(volume)).isGreaterThan(before - (1 << 18));
    assertThat(volume.read(ino)).hasSize(RANGE).startsWith(1, 0);
    Rig.verified(volume);
    volume.close();
  }
}
