package dev.theca.cli.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with holes on their way into volumes, and out of them. */
class SparseSourceTest {
  private static final int REFUSED = 2;
  private static final long HUGE = 1L << 40;

  @TempDir Path place;

  private static Ran sealfs(String... arguments) {
    var all = new ArrayList<String>(List.of("sealfs"));
    all.addAll(List.of(arguments));
    return Ran.theca(all.toArray(String[]::new));
  }

  private static Ran good(String... arguments) {
    var ran = sealfs(arguments);
    assertThat(ran.exitCode()).as(List.of(arguments) + ran.out() + ran.err()).isZero();
    return ran;
  }

  private static void sparse(Path file, long size, long... offsets) throws IOException {
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(size);
      for (long at : offsets) {
        out.seek(at);
        out.write("data at %d;".formatted(at).repeat(900).getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private Path folder() throws IOException {
    Path folder = Files.createDirectory(place.resolve("folder"));
    sparse(folder.resolve("some"), 3_000_000, 5, 1_234_567, 2_900_000);
    sparse(folder.resolve("hole"), 1_000_001);
    sparse(folder.resolve("huge"), HUGE, 1 << 20, HUGE / 3, HUGE - 20_000);
    return folder;
  }

  private void isThere(String volume, String key, String at) throws IOException {
    for (String name : List.of("some", "hole"))
      assertThat(good("cat", volume, at + name, "--key-file", key).out())
          .isEqualTo(Files.readString(place.resolve("folder").resolve(name)));
    assertThat(good("ls", volume, at, "--key-file", key).out()).contains(" " + HUGE + " ");
    good("verify", volume, "--key-file", key);
  }

  @Test
  void a_base_of_a_folder_has_its_holes() throws IOException {
    String volume = place.resolve("base.seal").toString();
    String key = place.resolve("base.key").toString();
    good("mkfs", volume, "--key-file", key, "--from-dir", folder().toString());
    assertThat(Files.size(Path.of(volume))).isLessThan(1 << 20);
    isThere(volume, key, "/");
  }

  @Test
  void a_copy_into_a_volume_has_its_holes() throws IOException {
    String volume = place.resolve("data.seal").toString();
    String key = place.resolve("data.key").toString();
    good("mkfs", volume, "--key-file", key, "--quota-bytes", "4000000");
    good("cp-in", volume, folder().toString(), "/folder", "--key-file", key);
    assertThat(Files.size(Path.of(volume))).isLessThan(4_000_000);
    isThere(volume, key, "/folder/");
  }

  /** Gramine's files have no holes: what would fill a disk is refused before it begins. */
  @Test
  void an_export_that_has_no_room_is_refused_before_it_begins() throws IOException {
    String volume = place.resolve("base.seal").toString();
    String key = place.resolve("base.key").toString();
    Path folder = folder();
    good("mkfs", volume, "--key-file", key, "--from-dir", folder.toString());
    Path out = place.resolve("out");
    var ran =
        sealfs(
            "export-pf",
            volume,
            out.toString(),
            "--key-file",
            key,
            "--at",
            "/cc/rootfs",
            "--pf-key-file",
            place.resolve("pf.key").toString());
    assertThat(ran.exitCode()).isEqualTo(REFUSED);
    assertThat(ran.err()).contains("export-limit").contains("/huge").contains("" + HUGE);
    assertThat(out).doesNotExist();
    assertThat(place.resolve("pf.key")).doesNotExist();
  }
}
