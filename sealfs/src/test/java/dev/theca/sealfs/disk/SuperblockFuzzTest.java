package dev.theca.sealfs.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import dev.theca.wire.secret.Secret;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Any superblock, without and with a good HMAC, is refused or read, with bounded memory. */
class SuperblockFuzzTest {
  private static final VolumeKeys KEYS = keys();

  private static VolumeKeys keys() {
    try (var key = Secret.moveFrom(new byte[32])) {
      return VolumeKeys.derive(key, new UUID(1, 1), Gcm.Witness.DEAF);
    }
  }

  /** Some bytes that cannot be changed. */
  private record Fixed(byte[] bytes) implements HostFile {
    @Override
    public int read(long offset, byte[] into, int from, int length) {
      int there = Math.clamp(bytes.length - offset, 0, length);
      if (there > 0) System.arraycopy(bytes, (int) offset, into, from, there);
      return there;
    }

    @Override
    public void write(long offset, byte[] from, int at, int length) {
      throw new IllegalStateException("a reader writes");
    }

    @Override
    public void sync() {}

    @Override
    public boolean lock() {
      return true;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void truncate(long size) {
      throw new IllegalStateException("a reader cuts");
    }

    @Override
    public void close() {}
  }

  private static byte[] seed() {
    return Superblock.first(new UUID(1, 1), null, 14, 2).encode(KEYS);
  }

  @Test
  void any_file_is_refused_or_opened() {
    byte[] two = Arrays.copyOf(seed(), 3 * Superblock.SIZE);
    System.arraycopy(seed(), 0, two, Superblock.SIZE, Superblock.SIZE);
    assertThat(
            Fuzz.run(
                "superblock",
                List.of(seed(), two),
                input -> VolumeFile.open(new Fixed(input), KEYS, null).close(),
                Damaged.class))
        .isGreaterThan(100);
  }

  @Test
  void any_superblock_under_a_good_hmac_is_refused_or_opened() {
    assertThat(
            Fuzz.run(
                "sealed superblock",
                List.of(Arrays.copyOf(seed(), Superblock.COMMITTED)),
                input -> {
                  byte[] block = Arrays.copyOf(input, Superblock.COMMITTED);
                  byte[] file = Arrays.copyOf(block, 3 * Superblock.SIZE);
                  System.arraycopy(
                      KEYS.superblockMac(block, Superblock.COMMITTED),
                      0,
                      file,
                      Superblock.COMMITTED,
                      32);
                  var opened = VolumeFile.open(new Fixed(file), KEYS, null);
                  byte[] unused = opened.chunk(opened.superblock().index());
                },
                Damaged.class))
        .isGreaterThan(100);
  }
}
