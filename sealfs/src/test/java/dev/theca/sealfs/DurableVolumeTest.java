package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.Namespace;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Tree;
import dev.theca.sealfs.tree.Who;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a volume that keeps its changes has after it was closed, or cut off. */
class DurableVolumeTest {
  private static final int FILE = 0100644;

  @TempDir Path folder;
  private final Secret key = Secret.moveFrom(new byte[32]);
  private final UUID uuid = new UUID(1, 2);

  private Volume open(VolumeState state) {
    return Volume.open(folder.resolve("v.seal"), uuid, key, state, VolumeOptions.USUAL).orThrow();
  }

  private static byte[] name(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] noise(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static long write(Volume volume, long parent, String name, byte[] bytes) {
    Stat made = volume.namespace().mknod(Who.ROOT, parent, name(name), FILE, 0, 0);
    int unused = volume.store().files().write(made.ino(), 0, ByteBuffer.wrap(bytes), false, false);
    volume.namespace().forget(made.ino(), 1);
    return made.ino();
  }

  private static byte[] read(Volume volume, String name) {
    Stat found = volume.namespace().lookup(Tree.ROOT, name(name));
    return volume.read(found.ino());
  }

  @Test
  void everything_is_there_after_closing_and_opening() {
    try (var volume = open(VolumeState.NEW)) {
      write(volume, Tree.ROOT, "small", noise(1, 100));
      write(volume, Tree.ROOT, "middle", noise(2, 100_000));
      write(volume, Tree.ROOT, "large", noise(3, 5_000_000));
    }
    for (int round = 0; round < 3; round++) {
      try (var volume = open(VolumeState.ANY)) {
        assertThat(read(volume, "small")).isEqualTo(noise(1, 100));
        assertThat(read(volume, "middle")).isEqualTo(noise(2, 100_000));
        assertThat(read(volume, "large")).isEqualTo(noise(3, 5_000_000));
        assertThat(volume.verify()).isInstanceOf(Outcome.Granted.class);
      }
    }
  }

  @Test
  void what_was_synced_is_there_after_a_crash() {
    var volume = open(VolumeState.NEW);
    write(volume, Tree.ROOT, "a", noise(1, 70_000));
    write(volume, Tree.ROOT, "b", noise(2, 3_000_000));
    volume.sync();
    volume.namespace().rename(Who.ROOT, Tree.ROOT, name("a"), Tree.ROOT, name("c"), 0);
    volume.namespace().unlink(Tree.ROOT, name("b"));
    write(volume, Tree.ROOT, "d", noise(4, 40_000));
    volume.sync();
    var anchor = volume.anchor().orElseThrow();
    volume.abandon();
    try (var again = open(new VolumeState.Since(anchor))) {
      assertThat(read(again, "c")).isEqualTo(noise(1, 70_000));
      assertThat(read(again, "d")).isEqualTo(noise(4, 40_000));
      assertThat(again.namespace().find(Tree.ROOT, name("b"))).isNull();
      assertThat(again.verify()).isInstanceOf(Outcome.Granted.class);
    }
  }

  @Test
  void a_volume_remembers_its_quota() {
    Path file = folder.resolve("v.seal");
    var made = VolumeOptions.USUAL.withQuota(4 << 20, 0);
    Volume.open(file, uuid, key, VolumeState.NEW, made).orThrow().close();
    try (var volume = open(VolumeState.ANY)) {
      assertThatThrownBy(() -> write(volume, Tree.ROOT, "big", noise(1, 5 << 20)))
          .isInstanceOf(PosixException.class)
          .hasMessageContaining(String.valueOf(Errno.ENOSPC));
    }
  }

  @Test
  void a_renamed_file_keeps_its_number_and_its_links() {
    try (var volume = open(VolumeState.NEW)) {
      long ino = write(volume, Tree.ROOT, "x", noise(1, 10));
      volume.namespace().link(ino, Tree.ROOT, name("y"));
      volume
          .namespace()
          .rename(Who.ROOT, Tree.ROOT, name("x"), Tree.ROOT, name("z"), Namespace.NOREPLACE);
      assertThat(volume.namespace().stat(ino).nlink()).isEqualTo(2);
    }
  }
}
