package dev.theca.sealfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Tree;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Volumes that version 1 wrote (by {@link GoldenMaker}) read as they always did, whatever became of
 * the code.
 */
class GoldenVolumeTest {
  @TempDir Path folder;
  private final Properties expected = new Properties();

  @BeforeEach
  void unpack() throws Exception {
    for (String name : new String[] {"base.seal", "upper.seal", "upper.log0", "upper.log1"}) {
      try (var in = new GZIPInputStream(resource(name + ".gz"))) {
        Files.copy(in, folder.resolve(name));
      }
    }
    try (var in = resource("expected.properties")) {
      expected.load(in);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(GoldenVolumeTest.class.getResourceAsStream("v1/" + name));
  }

  private Volume base() {
    try (var key = GoldenMaker.key(1)) {
      byte[] root = HexFormat.of().parseHex(expected.getProperty("root"));
      return Volume.openBase(folder.resolve("base.seal"), GoldenMaker.BASE_ID, key, root).orThrow();
    }
  }

  private Volume upper() {
    try (var key = GoldenMaker.key(2)) {
      return base()
          .withUpper(
              folder.resolve("upper.seal"),
              GoldenMaker.UPPER_ID,
              key,
              new VolumeState.Since(Anchor.parse(expected.getProperty("anchor"))))
          .orThrow();
    }
  }

  private static Stat stat(Volume volume, String path) {
    long at = Tree.ROOT;
    for (String part : path.split("/"))
      at = volume.namespace().lookup(at, part.getBytes(UTF_8)).ino();
    return volume.namespace().stat(at);
  }

  private static byte[] content(Volume volume, String path) {
    return volume.read(stat(volume, path).ino());
  }

  @Test
  void a_base_of_version_1_reads_as_it_was_written() {
    try (var volume = base()) {
      assertThat(content(volume, "dir/small")).isEqualTo(GoldenMaker.pattern(1, 700));
      assertThat(content(volume, "dir/block")).isEqualTo(GoldenMaker.pattern(2, 16_384));
      assertThat(content(volume, "dir/odd")).isEqualTo(GoldenMaker.pattern(3, 70_001));
      assertThat(content(volume, "large")).isEqualTo(GoldenMaker.large());
      var hard = stat(volume, "dir/hard");
      assertThat(hard.nlink()).isEqualTo(2);
      assertThat(hard.uid()).isEqualTo(1000);
      assertThat(hard.mtime()).isEqualTo(1_700_000_000_123_456_789L);
      assertThat(volume.store().files().getxattr(hard.ino(), "user.colour".getBytes(UTF_8)))
          .containsExactly(1, 0, 0xFF);
      assertThat(volume.namespace().readlink(stat(volume, "dir/soft").ino()))
          .asString()
          .isEqualTo("../large");
      assertThat(stat(volume, "null").rdev()).isEqualTo(0x103);
      assertThat(volume.verify().isGranted()).isTrue();
    }
  }

  @Test
  void an_upper_of_version_1_is_recovered_from_its_journal_as_it_was() {
    try (var volume = upper()) {
      byte[] moved = Arrays.copyOf(GoldenMaker.large(), 1_000_001);
      System.arraycopy(GoldenMaker.pattern(7, 20_000), 0, moved, 500_000, 20_000);
      assertThat(content(volume, "moved")).isEqualTo(moved);
      assertThat(content(volume, "inline")).isEqualTo(GoldenMaker.pattern(6, 99));
      assertThat(content(volume, "dir/odd")).isEqualTo(GoldenMaker.pattern(3, 70_001));
      assertThat(volume.namespace().find(Tree.ROOT, "made".getBytes(UTF_8))).isNull();
      assertThat(volume.verify().isGranted()).isTrue();
    }
  }
}
