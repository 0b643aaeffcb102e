package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that Gramine 1.9 wrote, whole and tampered with. */
class RecordedFilesTest {
  @TempDir Path scratch;
  private Path data;
  private Secret key;

  @BeforeEach
  void find() throws Exception {
    String named = System.getenv("THECA_SHARED");
    Path shared =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("theca.root", ".")).resolve("../shared");
    data = shared.resolve("testdata/gramine");
    Assumptions.assumeTrue(
        Files.exists(data), () -> "test data not found: " + data + " (set THECA_SHARED)");
    key = Secret.moveFrom(Files.readAllBytes(data.resolve("pf/key-a.bin")));
  }

  private static List<JsonObject> cases(Path folder) throws Exception {
    JsonValue all = Json.parse(Files.readAllBytes(folder.resolve("expected.json"))).orThrow();
    return ((dev.theca.wire.json.JsonArray) all)
        .items().stream().map(JsonObject.class::cast).toList();
  }

  private static byte[] filler(String tag, int size) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; out.size() < size; i++)
      out.writeBytes(Digest.sha256(Bytes.utf8(tag + "-" + i)).toBytes());
    return Arrays.copyOf(out.toByteArray(), size);
  }

  private static byte[] bound(JsonObject sample) {
    return Bytes.utf8(sample.requireString("boundPath").orThrow());
  }

  @Test
  void gramines_files_are_read_with_the_content_that_went_in() throws Exception {
    var all = cases(data.resolve("pf"));
    assertThat(all).hasSize(8);
    for (var sample : all) {
      int size = sample.requireInteger("size").orThrow().intValue();
      Path file = data.resolve("pf").resolve(sample.requireString("file").orThrow());
      byte[] found = PfReader.open(file, key, bound(sample)).then(Bytes::all).orThrow();
      assertThat(found)
          .as(file.toString())
          .isEqualTo(filler(sample.requireString("plain").orThrow(), size));
      assertThat(Layout.hostLength(size)).isEqualTo(sample.requireInteger("hostSize").orThrow());
    }
  }

  @Test
  void each_tampered_file_is_refused_for_its_reason_and_the_control_is_read() throws Exception {
    var all = cases(data.resolve("pf-tampered"));
    byte[] plain = filler("p04", 7168);
    int read = 0;
    for (var sample : all) {
      String name = sample.requireString("file").orThrow();
      Path file = data.resolve("pf-tampered").resolve(name);
      var found = PfReader.open(file, key, bound(sample)).then(Bytes::all);
      if (sample.requireString("fails").orThrow().equals("none")) {
        assertThat(found.orThrow()).as(name).isEqualTo(plain);
        read++;
      } else {
        assertThat(found).as(name).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused<byte[]>) found).reasons().getFirst().code())
            .as(name)
            .isEqualTo(reason(name));
      }
    }
    assertThat(read).isEqualTo(1);
    assertThat(all).hasSizeGreaterThan(30);
  }

  private static PfCode reason(String name) {
    if (name.contains("-trunc_") || name.contains("enc_size")) return PfCode.LENGTH;
    if (name.contains("plain_id")) return PfCode.FORMAT;
    if (name.contains("plain_version")) return PfCode.VERSION;
    return name.contains("enc_filename") ? PfCode.PATH : PfCode.DAMAGED;
  }

  @Test
  void a_file_with_another_path_inside_is_read_only_by_who_asks_for_any_path() throws Exception {
    for (var sample : cases(data.resolve("pf-tampered"))) {
      if (!sample.requireString("fails").orThrow().equals("path")) continue;
      Path file = data.resolve("pf-tampered").resolve(sample.requireString("file").orThrow());
      try (var reader = PfReader.openUnderAnyPath(file, key).orThrow()) {
        assertThat(reader.path()).isNotEqualTo(bound(sample));
      }
    }
  }

  @Test
  void any_flipped_byte_of_gramines_file_is_refused_but_for_its_padding() throws Exception {
    byte[] good = Files.readAllBytes(data.resolve("pf/p03.pf"));
    byte[] path = Bytes.utf8("/srv/theca/enc/p03.bin");
    byte[] plain = filler("p03", 3073);
    assertThat(Bytes.read(good, key, path).orThrow()).isEqualTo(plain);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      var found = Bytes.read(bad, key, path);
      if (at >= 3943 && at < 4096) assertThat(found.orThrow()).isEqualTo(plain);
      else assertThat(found.isGranted()).as("byte %d", at).isFalse();
    }
  }

  @Test
  void our_file_under_gramines_key_differs_from_its_file_only_where_chance_does() throws Exception {
    for (var sample : cases(data.resolve("pf"))) {
      if (sample.integer("headerVersion").isPresent()) continue;
      byte[] theirs =
          Files.readAllBytes(data.resolve("pf").resolve(sample.requireString("file").orThrow()));
      byte[] plain =
          filler(
              sample.requireString("plain").orThrow(),
              sample.requireInteger("size").orThrow().intValue());
      byte[] ours = Bytes.protect(plain, key, bound(sample));
      assertThat(ours).hasSameSizeAs(theirs);
      assertThat(Arrays.copyOf(ours, 10)).isEqualTo(Arrays.copyOf(theirs, 10));
      assertThat(ours[58]).isEqualTo(theirs[58]);
      assertThat(OldSchool.open(ours, key).plainMetadataWithoutRoot())
          .isEqualTo(OldSchool.open(theirs, key).plainMetadataWithoutRoot());
    }
  }
}
