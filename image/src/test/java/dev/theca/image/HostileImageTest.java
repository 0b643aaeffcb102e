package dev.theca.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, manifests and archives that somebody meant badly. */
class HostileImageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alpine | docker.io/library/alpine:latest",
        "a/b:1 | docker.io/a/b:1",
        "localhost/x | localhost/x:latest",
        "127.0.0.1:5000/x/y:v1 | 127.0.0.1:5000/x/y:v1"
      })
  void names_are_read_as_everybody_reads_them(String text, String full) {
    assertThat(ImageRef.parse(text).orThrow().toString()).isEqualTo(full);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a//b",
        "A/b",
        "h.x/../y",
        "h.x/a:",
        "h.x/a:b c",
        "h.x/a@sha256:12",
        "h.x/a@md5:d41d8cd98f00b204e9800998ecf8427e",
        "h.x:99999999/a",
        "http://h.x/a",
        "h.x/a?b=c",
        "h.x/a\nb"
      })
  void a_name_that_is_none_is_refused(String text) {
    assertThat(ImageRef.parse(text).isGranted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"schemaVersion\":1}",
        "{\"schemaVersion\":2,\"mediaType\":\"text/plain\",\"config\":{},\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:0\",\"size\":1},\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"DIGEST\",\"size\":-1},\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"DIGEST\",\"size\":1},\"layers\":[7]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"DIGEST\",\"size\":1,\"annotations\":{\"a\":1}},\"layers\":[]}"
      })
  void a_manifest_that_is_none_is_refused(String text) {
    String json = text.replace("DIGEST", "sha256:" + "ab".repeat(32));
    assertThat(Manifest.parse(json.getBytes(StandardCharsets.UTF_8)).isGranted()).isFalse();
  }

  @Test
  void a_manifest_has_a_bounded_number_of_layers() {
    String layer = "{\"digest\":\"sha256:" + "ab".repeat(32) + "\",\"size\":1}";
    String text =
        "{\"schemaVersion\":2,\"config\":"
            + layer
            + ",\"layers\":["
            + String.join(",", java.util.Collections.nCopies(600, layer))
            + "]}";
    assertThat(Manifest.parse(text.getBytes(StandardCharsets.UTF_8)).isGranted()).isFalse();
  }

  /** A tar with one entry whose header is changed before its checksum is made right again. */
  private static byte[] tar(java.util.function.Consumer<byte[]> change) {
    byte[] tar = new ImageBuilder().file("a", new byte[] {1, 2, 3}, 0644).tar();
    change.accept(tar);
    Arrays.fill(tar, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) sum += tar[i] & 0xFF;
    byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, tar, 148, 8);
    return tar;
  }

  private static void name(byte[] tar, String name) {
    Arrays.fill(tar, 0, 100, (byte) 0);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, tar, 0, bytes.length);
  }

  private static List<String> applied(byte[] tar) throws IOException {
    var seen = new ArrayList<String>();
    new LayerApplier(new NameSink(seen)).apply(new TarReader(new ByteArrayInputStream(tar)));
    return seen;
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/../x", "..", "a/.."})
  void a_name_that_climbs_out_is_refused(String name) {
    assertThatThrownBy(() -> applied(tar(t -> name(t, name)))).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({"124, 77777777777", "124, -", "100, 9999999", "116, xyzxyzx"})
  void a_number_that_is_none_or_too_large_is_refused(int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> applied(tar(t -> System.arraycopy(bytes, 0, t, at, bytes.length))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void an_archive_that_is_cut_off_or_has_a_wrong_checksum_is_refused() {
    byte[] good = tar(t -> {});
    byte[] wrong = good.clone();
    wrong[0] ^= 1;
    assertThatThrownBy(() -> applied(wrong)).isInstanceOf(IOException.class);
    for (int size : new int[] {1, 511, 513})
      assertThatThrownBy(() -> applied(Arrays.copyOf(good, size))).isInstanceOf(IOException.class);
  }

  @Test
  void a_file_below_a_link_does_not_leave_the_tree() throws IOException {
    byte[] link = new ImageBuilder().symlink("d", "/etc").tar();
    byte[] file = new ImageBuilder().file("d/x", new byte[1], 0644).tar();
    var both = new java.io.ByteArrayOutputStream();
    both.write(link, 0, link.length - 1024);
    both.writeBytes(Arrays.copyOfRange(file, 512, file.length));
    try {
      assertThat(applied(both.toByteArray())).noneMatch(n -> n.startsWith("/etc"));
    } catch (TarReader.Malformed refused) {
      assertThat(refused).hasMessageContaining("d");
    }
  }

  /** Records the names that a layer makes; everything is a child of one directory. */
  private record NameSink(List<String> seen) implements TreeSink {
    private long name(byte[] name) {
      seen.add(new String(name, StandardCharsets.UTF_8));
      return seen.size() + 1L;
    }

    @Override
    public long root() {
      return 1;
    }

    @Override
    public long mkdir(long parent, byte[] name, Meta meta) {
      return name(name);
    }

    @Override
    public long file(long parent, byte[] name, Meta meta) {
      return name(name);
    }

    @Override
    public void data(long file, long offset, byte[] bytes, int from, int length) {}

    @Override
    public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
      return name(name);
    }

    @Override
    public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
      return name(name);
    }

    @Override
    public void link(long existing, long parent, byte[] name) {}

    @Override
    public void xattr(long entry, byte[] name, byte[] value) {}

    @Override
    public void meta(long entry, Meta meta) {}

    @Override
    public void remove(long parent, byte[] name) {}
  }
}
