package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mount tables, mount options and maps of ids, changed at random. */
class KernelTextFuzzTest {
  private static List<byte[]> seeds(String... texts) {
    return List.of(texts).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void mount_tables() {
    var seeds =
        seeds(
            "36 35 98:0 /a /b\\040c rw,noatime shared:1 - ext4 /dev/root rw\n",
            "1 2 0:1 / / rw - tmpfs none rw\n3 1 0:2 / /x rw master:1 - overlay o rw,lowerdir=/l\n");
    long inputs = Fuzz.run("mountinfo", seeds, input -> MountEntry.parse(text(input)));
    assertThat(inputs).isGreaterThan(100);
  }

  @Test
  void mount_options() {
    var seeds = seeds("ro,nosuid,rbind,rslave,lowerdir=/a:/b", "defaults,rw,loop,size=1m");
    long inputs =
        Fuzz.run(
            "mount-options",
            seeds,
            input -> {
              var words = List.of(text(input).split(",", -1));
              var options = MountOptions.of(words);
              if (!words.containsAll(options.words()))
                throw new IllegalStateException("a word that nobody said");
            });
    assertThat(inputs).isGreaterThan(100);
  }

  @Test
  void maps_of_ids() {
    long inputs =
        Fuzz.run(
            "id-map",
            seeds("0:100000:65536,65536:1:1", "4294967295:0:1"),
            input -> {
              var map = IdMap.parse(text(input));
              if (!IdMap.parse(map.toString()).equals(map))
                throw new IllegalStateException("written, not read");
            },
            IllegalArgumentException.class);
    assertThat(inputs).isGreaterThan(100);
  }
}
