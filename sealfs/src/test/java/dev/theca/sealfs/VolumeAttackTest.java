package dev.theca.sealfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeAttackTest {
  private static final byte[] CONTENT = new byte[50_000];
  private static final byte[] MARK = "a mark that must not be seen on disk".getBytes(UTF_8);

  /** Where content begins, behind the two superblocks. */
  private static final int FIRST = 8192;

  private static final int BLOCK = 1 << 14;

  @TempDir Path folder;
  private final SecureRandom random = new SecureRandom();
  private final Secret key = Secret.random(32, random);
  private final UUID uuid = UUID.randomUUID();
  private Path file;
  private Sealed sealed;

  @BeforeEach
  void write() {
    for (int i = 0; i < CONTENT.length; i++) CONTENT[i] = MARK[i % MARK.length];
    file = folder.resolve("base.seal");
    sealed = write(file, uuid, key);
  }

  private static Sealed write(Path file, UUID uuid, Secret key) {
    var meta = new Meta(0644, 0, 0, 1_000_000_007L);
    try (var writer = VolumeWriter.create(file, uuid, key)) {
      long dir = writer.mkdir(VolumeWriter.ROOT, "very-secret-directory".getBytes(UTF_8), meta);
      for (String name : new String[] {"one", "two"}) {
        long ino = writer.file(dir, name.getBytes(UTF_8), meta);
        for (int at = 0; at < CONTENT.length; at += 7001) {
          writer.data(ino, at, CONTENT, at, Math.min(7001, CONTENT.length - at));
        }
      }
      writer.symlink(dir, "link".getBytes(UTF_8), "one".getBytes(UTF_8), meta);
      return writer.seal();
    }
  }

  private Outcome<Volume> open() {
    return Volume.openBase(file, uuid, key, sealed.root());
  }

  /**
   * Whether the volume opens and both files read back; false for a refusal or a failed tag, never
   * wrong bytes.
   */
  private boolean readsBack() {
    if (!(open() instanceof Outcome.Granted<Volume>(var volume))) return false;
    try (volume) {
      var one = volume.peek("very-secret-directory/one", 1 << 20);
      var two = volume.peek("very-secret-directory/two", 1 << 20);
      if (one.isPresent()) assertThat(one.get()).as("never wrong data").isEqualTo(CONTENT);
      if (two.isPresent()) assertThat(two.get()).as("never wrong data").isEqualTo(CONTENT);
      return one.isPresent() && two.isPresent();
    }
  }

  @Test
  void an_honest_volume_reads_back_and_shows_neither_names_nor_content_on_disk() throws Exception {
    assertThat(readsBack()).isTrue();
    String raw = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(raw).doesNotContain("very-secret").doesNotContain("must not be seen");
  }

  @Test
  void a_flipped_bit_anywhere_is_never_wrong_data() throws Exception {
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at += at >= 4096 && at < 4700 ? 1 : 211) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      Files.write(file, bad);
      readsBack();
      if (at >= 4096 && at < 4096 + 544)
        assertThat(open().isGranted()).as("byte " + at + " of the superblock").isFalse();
    }
    Files.write(file, good);
    assertThat(readsBack()).isTrue();
  }

  @Test
  void every_flipped_bit_of_stored_content_is_noticed() throws Exception {
    byte[] good = Files.readAllBytes(file);
    int noticed = 0;
    for (int at = FIRST; at < FIRST + CONTENT.length; at += 997) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(file, bad);
      if (!readsBack()) noticed++;
    }
    assertThat(noticed)
        .isGreaterThan(45); // what lies in the padding between blocks is nobody's data
  }

  @Test
  void a_cut_off_volume_is_refused() throws Exception {
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 511, 4095, 4096, good.length / 2, good.length - 4096}) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThat(readsBack()).as(length + " bytes").isFalse();
    }
  }

  @Test
  void swapped_blocks_are_never_wrong_data() throws Exception {
    byte[] good = Files.readAllBytes(file);
    int block = BLOCK;
    byte[] bad = good.clone();
    System.arraycopy(good, FIRST, bad, FIRST + block, block);
    System.arraycopy(good, FIRST + block, bad, FIRST, block);
    Files.write(file, bad);
    assertThat(readsBack()).isFalse();
  }

  @Test
  void blocks_of_another_volume_under_the_same_key_are_never_wrong_data() throws Exception {
    Path other = folder.resolve("other.seal");
    write(other, UUID.randomUUID(), key);
    byte[] bad = Files.readAllBytes(file);
    byte[] foreign = Files.readAllBytes(other);
    System.arraycopy(foreign, FIRST, bad, FIRST, BLOCK);
    Files.write(file, bad);
    assertThat(readsBack()).isFalse();
  }

  @Test
  void another_key_identity_or_root_opens_nothing() throws Exception {
    try (var wrong = Secret.random(32, random)) {
      assertThat(Volume.openBase(file, uuid, wrong, sealed.root()).isGranted()).isFalse();
    }
    assertThat(Volume.openBase(file, UUID.randomUUID(), key, sealed.root()).isGranted()).isFalse();
    byte[] root = sealed.root().clone();
    root[31] ^= 1;
    assertThat(Volume.openBase(file, uuid, key, root).isGranted()).isFalse();
  }

  @Test
  void an_older_image_under_the_same_key_is_refused_by_its_root() {
    var newer = sealed;
    Path older = folder.resolve("older.seal");
    write(older, uuid, key);
    assertThat(Volume.openBase(older, uuid, key, newer.root()).isGranted()).isFalse();
  }

  @Test
  void a_writer_that_was_not_finished_leaves_no_file() throws Exception {
    Path path = folder.resolve("half.seal");
    try (var writer = VolumeWriter.create(path, UUID.randomUUID(), key)) {
      long ino = writer.file(VolumeWriter.ROOT, "x".getBytes(UTF_8), new Meta(0600, 0, 0, 0));
      writer.data(ino, 0, CONTENT, 0, CONTENT.length);
    }
    assertThat(path).doesNotExist();
    assertThat(folder.resolve("half.seal.part")).doesNotExist();
  }
}
