package dev.theca.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageWriter;
import dev.theca.image.Platform;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.remote.Samples;
import dev.theca.kit.Fuzz;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images in files: what is written is read again, and what is damaged is refused. */
class LocalTest {
  private static final byte[] CONFIG =
      "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"a\",\"b\"]}}"
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private static ImageReader reader(String text) {
    try (var registries = new Registries(RemoteSettings.standard())) {
      return ImageLocation.parse(text).then(at -> at.reader(registries)).orThrow();
    }
  }

  private static ImageWriter writer(String text) {
    try (var registries = new Registries(RemoteSettings.standard())) {
      return ImageLocation.parse(text).then(at -> at.writer(registries)).orThrow();
    }
  }

  private static void push(ImageWriter writer, byte[] blob) {
    try (var upload = writer.upload().orThrow()) {
      upload.write(blob, 0, blob.length);
      assertThat(upload.finish(Digest.sha256(blob)).isGranted()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "oci:/a/b, oci:/a/b",
    "oci:/a/b:v1, oci:/a/b:v1",
    "oci:x:docker.io/lib/a:1, oci:x:docker.io/lib/a:1",
    "docker-archive:/a.tar, docker-archive:/a.tar",
    "docker-archive:/a.tar:busybox:1, docker-archive:/a.tar:busybox:1",
    "docker://busybox, docker://docker.io/library/busybox:latest",
    "localhost:5000/a/b:1, docker://localhost:5000/a/b:1"
  })
  void a_location_is_read_in_the_words_of_skopeo(String text, String shown) {
    assertThat(ImageLocation.parse(text).orThrow().toString()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oci:",
        "oci::x",
        "oci:a:b c",
        "oci:a@sha256:12",
        "docker-archive:",
        "docker-archive:a:B C",
        "dir:/x",
        "docker-daemon:x",
        "docker://",
        "docker://A/b",
        "oci:a\0b"
      })
  void what_is_no_location_is_refused(String text) {
    assertThat(ImageLocation.parse(text).isGranted()).as(text).isFalse();
  }

  @Test
  void a_layout_gives_back_what_was_written_and_names_move() throws Exception {
    byte[] layer = Samples.bytes(200_000);
    var first = Samples.manifest(CONFIG, layer);
    var second = Samples.manifest(CONFIG, CONFIG);
    var writer = writer("oci:" + folder + "/out:v1");
    assertThat(writer.has(Samples.descriptor(layer)).orThrow()).isFalse();
    push(writer, layer);
    push(writer, CONFIG);
    assertThat(writer.has(Samples.descriptor(layer)).orThrow()).isTrue();
    assertThat(writer.putRoot(first).orThrow()).isEqualTo(first.digest());
    assertThat(reader("oci:" + folder + "/out:v1").root().orThrow()).isEqualTo(first);
    assertThat(reader("oci:" + folder + "/out").root().orThrow()).isEqualTo(first);
    assertThat(writer.putRoot(second).isGranted()).isTrue();
    assertThat(writer.put(first, "old").isGranted()).isTrue();
    var reader = reader("oci:" + folder + "/out:v1");
    assertThat(reader.root().orThrow()).isEqualTo(second);
    assertThat(reader.tagged("old").orThrow()).contains(first);
    assertThat(reader("oci:" + folder + "/out").root().toString()).contains("2 of 2", "v1, old");
    assertThat(reader("oci:" + folder + "/out@" + first.digest()).root().orThrow())
        .isEqualTo(first);
    try (var in = reader.blob(Samples.descriptor(layer)).orThrow().from(150_000)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(layer, 150_000, 200_000));
    }
    assertThat(ManifestResolver.resolve(reader, Platform.LINUX_AMD64).orThrow().digests())
        .containsExactly(second.digest());
    try (var left = Files.list(folder.resolve("out"))) {
      assertThat(left.map(path -> path.getFileName().toString()).sorted().toList())
          .containsExactly("blobs", "index.json", "oci-layout");
    }
  }

  @Test
  void a_layout_lists_what_refers_to_an_image() {
    var image = Samples.manifest(CONFIG);
    var one = Samples.about(image.digest(), "kind/one");
    var writer = writer("oci:" + folder + "/out:v1");
    assertThat(writer.putRoot(image).isGranted()).isTrue();
    assertThat(writer.put(one).isGranted()).isTrue();
    var reader = reader("oci:" + folder + "/out:v1");
    assertThat(reader.referrers(image.digest(), "").orThrow())
        .singleElement()
        .satisfies(found -> assertThat(found.artifactType()).isEqualTo("kind/one"));
    assertThat(reader.referrers(image.digest(), "kind/two").orThrow()).isEmpty();
    assertThat(reader.referrers(one.digest(), "").orThrow()).isEmpty();
  }

  @Test
  void damaged_layouts_are_refused() throws Exception {
    byte[] layer = Samples.bytes(100);
    var image = Samples.manifest(CONFIG, layer);
    var writer = writer("oci:" + folder + "/out");
    push(writer, layer);
    assertThat(writer.putRoot(image).isGranted()).isTrue();
    try (var upload = writer.upload().orThrow()) {
      upload.write(layer, 0, 99);
      assertThat(upload.finish(Digest.sha256(layer)).toString()).contains("image-layout");
    }
    var files = new LayoutFiles(folder.resolve("out"));
    Files.writeString(files.blob(Digest.sha256(layer)), "short");
    assertThat(reader("oci:" + folder + "/out").blob(Samples.descriptor(layer)).isGranted())
        .isFalse();
    Files.writeString(files.blob(image.digest()), "{}");
    assertThat(reader("oci:" + folder + "/out").root().toString())
        .contains(image.digest().toString());
    Files.delete(files.blob(image.digest()));
    assertThat(reader("oci:" + folder + "/out").root().toString()).contains("manifest");
    Files.writeString(files.mark(), "{\"imageLayoutVersion\":\"9\"}");
    assertThatThrownBy(() -> reader("oci:" + folder + "/out")).hasMessageContaining("1.0.0");
    assertThatThrownBy(() -> reader("oci:" + folder + "/none")).hasMessageContaining("oci-layout");
    Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> writer("oci:" + folder)).hasMessageContaining("an empty folder");
  }

  private record File(String name, byte[] bytes) {}

  private static byte[] tar(List<File> files) {
    var out = new ByteArrayOutputStream();
    for (File file : files) {
      byte[] header = new byte[512];
      byte[] name = file.name().getBytes(StandardCharsets.UTF_8);
      System.arraycopy(name, 0, header, 0, name.length);
      put(header, 124, "%011o".formatted(file.bytes().length));
      header[156] = '0';
      put(header, 148, "        ");
      int sum = 0;
      for (byte b : header) sum += b & 0xFF;
      put(header, 148, "%06o\0 ".formatted(sum));
      out.writeBytes(header);
      out.writeBytes(Arrays.copyOf(file.bytes(), (file.bytes().length + 511) / 512 * 512));
    }
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static byte[] archive(String manifest, byte[]... layers) {
    var files = new java.util.ArrayList<File>();
    for (int i = 0; i < layers.length; i++) files.add(new File(i + "/layer.tar", layers[i]));
    files.add(new File("c.json", CONFIG));
    files.add(new File("manifest.json", manifest.getBytes(StandardCharsets.UTF_8)));
    return tar(files);
  }

  private static final String ONE =
      "[{\"Config\":\"c.json\",\"RepoTags\":[\"app:1\"],\"Layers\":[\"0/layer.tar\",\"1/layer.tar\"]}]";

  private ImageReader archived(byte[] tar, String name) throws IOException {
    Path file = folder.resolve("a.tar");
    Files.write(file, tar);
    return reader("docker-archive:" + file + (name.isEmpty() ? "" : ":" + name));
  }

  @Test
  void an_archive_is_read_as_an_image_with_its_layers_as_they_are() throws Exception {
    byte[] plain = Samples.bytes(3_000);
    byte[] packed = {0x1f, (byte) 0x8b, 8, 0, 0};
    for (String name : List.of("", "app:1", "docker.io/library/app:1")) {
      var reader = archived(archive(ONE, plain, packed), name);
      var image = ManifestResolver.resolve(reader, Platform.LINUX_AMD64).orThrow();
      assertThat(image.manifest().layers().get(0).mediaType()).endsWith(".tar");
      assertThat(image.manifest().layers().get(1).mediaType()).endsWith(".tar+gzip");
      assertThat(reader.small(image.manifest().layers().get(0), 10_000).orThrow()).isEqualTo(plain);
      assertThat(reader.small(image.manifest().config(), 10_000).orThrow()).isEqualTo(CONFIG);
      assertThat(reader.document(image.document().digest()).orThrow()).isPresent();
      assertThat(reader.document(Digest.sha256(plain)))
          .isEqualTo(Outcome.granted(Optional.empty()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "[7]",
        "[{\"Config\":\"none.json\",\"Layers\":[]}]",
        "[{\"Config\":\"c.json\",\"Layers\":[\"0/layer.tar\"]}]",
        "[{\"Config\":\"c.json\",\"Layers\":[\"0/layer.tar\",\"9/layer.tar\"]}]",
        "[{\"Config\":\"c.json\",\"Layers\":[\"0/layer.tar\",\"../../etc/passwd\"]}]",
        "[{\"Config\":\"c.json\",\"Layers\":7}]"
      })
  void an_archive_that_lacks_something_is_refused(String manifest) throws Exception {
    var reader = archived(archive(manifest, new byte[5], new byte[6]), "");
    assertThat(reader.root().toString()).contains("image-archive");
  }

  @Test
  void what_is_no_archive_or_another_image_is_refused() throws Exception {
    assertThat(archived(archive(ONE, new byte[1], new byte[2]), "other:1").root().toString())
        .contains("named [app:1]");
    assertThatThrownBy(() -> archived(new byte[] {0x1f, (byte) 0x8b}, ""))
        .hasMessageContaining("no tar archive");
    byte[] cut = Arrays.copyOf(archive(ONE, new byte[2_000], new byte[2]), 1_000);
    assertThatThrownBy(() -> archived(cut, "")).hasMessageContaining("longer than the archive");
  }

  @Test
  void changed_archives_and_layouts_are_refused_by_value() throws Exception {
    Path file = folder.resolve("fuzz.tar");
    var location = new ImageLocation.Archive(file, "");
    long archives =
        Fuzz.run(
            "docker archive",
            List.of(archive(ONE, new byte[700], new byte[] {0x1f, (byte) 0x8b, 0})),
            input -> {
              Files.write(file, input);
              var reader = ArchiveReader.open(location);
              if (reader.isGranted()) {
                Outcome<Document> unused = reader.orThrow().root();
              }
            });
    assertThat(archives).isGreaterThan(50);
    var image = Samples.manifest(CONFIG);
    var writer = writer("oci:" + folder + "/fuzz");
    assertThat(writer.putRoot(image).isGranted()).isTrue();
    var files = new LayoutFiles(folder.resolve("fuzz"));
    byte[] index = Files.readAllBytes(files.indexFile());
    assertThat(Json.object(index).isGranted()).isTrue();
    long layouts =
        Fuzz.run(
            "layout index",
            List.of(index),
            input -> {
              Files.write(files.indexFile(), input);
              var reader = reader("oci:" + folder + "/fuzz");
              var unused = reader.root();
              var unused2 = reader.referrers(image.digest(), "");
            });
    assertThat(layouts).isGreaterThan(50);
  }
}
