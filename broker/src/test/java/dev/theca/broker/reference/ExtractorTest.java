package dev.theca.broker.reference;

import static dev.theca.broker.reference.References.ADMIN;
import static dev.theca.broker.reference.References.NOW;
import static dev.theca.broker.reference.References.corim;
import static dev.theca.broker.reference.References.json;
import static dev.theca.broker.reference.References.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads of the three types, and what is none. */
class ExtractorTest {
  private static final String ZERO = "0".repeat(96);
  private static final String HASH = "758af96044c700f9".repeat(6);

  @TempDir Path folder;
  private References references;

  @BeforeEach
  void open() {
    references = new References(folder, "admin");
  }

  @AfterEach
  void close() {
    references.close();
  }

  private String register(String message) {
    return switch (Json.object(message.getBytes(StandardCharsets.UTF_8))) {
      case Outcome.Refused<JsonObject> no -> says(no);
      case Outcome.Granted<JsonObject>(var object) ->
          says(references.values.register(object, ADMIN, NOW));
    };
  }

  private String register(String type, byte[] payload) {
    return register(
        "{\"type\":\""
            + type
            + "\",\"payload\":\""
            + Base64.getEncoder().encodeToString(payload)
            + "\"}");
  }

  private String register(String type, String payload) {
    return register(type, payload.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_message_without_version_is_taken() {
    assertThat(register("sample", "{\"a\":1}")).isEqualTo("granted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"version\":\"0.1.0\",\"type\":\"sample\"}",
        "{\"version\":\"0.1.0\",\"payload\":\"e30=\"}",
        "{\"version\":\"0.2.0\",\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ==\"}",
        "{\"version\":1,\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ==\"}",
        "{\"version\":null,\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ==\"}",
        "{\"type\":\"sample\",\"payload\":\"not base64!\"}",
        "{\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ\u00e9\"}",
        "{\"type\":\"sample\",\"payload\":{}}",
        "{\"type\":1,\"payload\":\"eyJhIjoxfQ==\"}",
        "{\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ==\",\"extra\":1}",
        "{\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ==\",\"mode\":\"merge\"}",
        "{\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ==\",\"mode\":null}",
      })
  void a_message_of_another_shape_is_refused(String message) {
    assertThat(register(message)).startsWith("reference-message");
  }

  @Test
  void an_unknown_type_is_named_in_the_words_of_the_field() {
    assertThat(register("in-toto", "{}"))
        .isEqualTo("reference-extractor: unknown: Could not find extractor for in-toto");
    assertThat(register("Sample", "{\"a\":1}")).startsWith("reference-extractor");
    assertThat(register("", "{\"a\":1}")).startsWith("reference-extractor");
  }

  @Test
  void bad_samples_are_refused() {
    for (String bad :
        new String[] {
          "",
          "[]",
          "1",
          "null",
          "{",
          "{\"a\":1}x",
          "{\"a\":1,\"a\":2}",
          "{\"a\":01}",
          "{\"a\":NaN}",
          "\uFEFF{\"a\":1}",
          "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}",
          "{\"a\":" + "9".repeat(300) + "}",
          "{\"a\":\"\n\"}"
        }) assertThat(register("sample", bad)).as(bad).startsWith("bad-json");
    for (String bad :
        new String[] {
          "{}",
          "{\"\":1}",
          "{\"a\\u0000b\":1}",
          "{\"a\\nb\":1}",
          "{\"" + "a".repeat(513) + "\":1}",
          "{\"a\":\"\\ud800\"}"
        }) assertThat(register("sample", bad)).as(bad).startsWith("reference-payload");
    var many = new StringBuilder("{\"a\":1");
    for (int i = 0; i < 5000; i++) many.append(",\"n").append(i).append("\":1");
    assertThat(register("sample", many + "}")).startsWith("reference-payload");
    for (int chars : new int[] {1 << 20, 2 << 20}) {
      var large = JsonObject.builder().put("a", "x".repeat(chars)).build();
      assertThat(says(references.values.register(ReferenceMessages.sample(large), ADMIN, NOW)))
          .startsWith(chars == 1 << 20 ? "bad-json" : "reference-message");
    }
    assertThat(references.values.list("", "", 10).values()).isEmpty();
  }

  private static String swid(String prolog, String meta, String resources) {
    return prolog
        + "<SoftwareIdentity xmlns=\"http://standards.iso.org/iso/19770/-2/2015/schema.xsd\""
        + " xmlns:h=\"http://www.w3.org/2001/04/xmlenc#sha384\" xmlns:r=\"https://trustedcomputinggroup.org/resource/tcg-reference-integrity-manifest-rim-information-model/\">"
        + meta
        + "<Payload>"
        + resources
        + "</Payload></SoftwareIdentity>";
  }

  private static final String META =
      "<Meta edition=\"GPU-1\" r:PlatformManufacturerStr=\"ACME  Inc\"/>";

  private static String resource(int index, String... hashes) {
    var out = new StringBuilder("<Resource type=\"Measurement\" index=\"" + index + "\"");
    for (int i = 0; i < hashes.length; i++)
      out.append(" h:Hash").append(i).append("=\"").append(hashes[i]).append('"');
    return out + "/>";
  }

  @Test
  void a_swid_tag_gives_its_measurements_without_the_zero_ones() {
    String xml =
        swid(
            "<?xml version=\"1.0\"?>",
            META,
            resource(0, ZERO)
                + resource(7, ZERO, HASH, HASH.replace('7', 'A'))
                + "<Resource name=\"x\"/><!-- c --><?p i?>");
    assertThat(register("swid", xml)).isEqualTo("granted");
    assertThat(references.values.find("ACME__Inc.GPU_1.measurement_7", NOW))
        .contains(json("[\"" + HASH + "\",\"" + HASH.replace('7', 'a') + "\"]"));
    assertThat(references.values.list("", "", 10).values()).hasSize(1);
  }

  @Test
  void bad_swid_tags_are_refused_and_nothing_outside_is_read() {
    String good = resource(1, HASH);
    String bomb =
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    var many = new StringBuilder();
    for (int i = 0; i < 20_001; i++) many.append("<x/>");
    var attributes = new StringBuilder("<Resource ");
    for (int i = 0; i < 11_000; i++) attributes.append("a").append(i).append("=\"\" ");
    for (String bad :
        new String[] {
          "",
          "x",
          "<a/>",
          "<SoftwareIdentity/>",
          swid("", META, good).substring(0, 400),
          swid("", META, good) + "<x/>",
          swid("", META, ""),
          swid("", META, resource(1, ZERO)),
          swid("", "", good),
          swid("", META + META, good),
          swid("", "<Meta edition=\"x\"/>", good),
          swid("", META, good + good),
          swid("", META, resource(1, "abc")),
          swid("", META, resource(1, HASH.substring(1) + "g")),
          swid("", META, "<Resource h:Hash0=\"" + HASH + "\"/>"),
          swid("", META, "<Resource index=\"../1\" h:Hash0=\"" + HASH + "\"/>"),
          swid("", META, "<Resource index=\"1\" h:Hashx=\"" + HASH + "\"/>"),
          swid("<!DOCTYPE x>", META, good),
          swid(bomb, META, "&b;" + good),
          swid(bomb, META, good),
          swid("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">", META, good),
          swid("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x\">", META, good),
          swid("<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/\"> %p;]>", META, good),
          swid("", META, "&undefined;" + good),
          swid("", META, "<a>".repeat(40)),
          swid("", META, "<a>".repeat(40) + "</a>".repeat(40) + good),
          swid("", META, many + good),
          swid("", META, attributes + "/>" + good),
          swid("", META, "<Resource index=\"1\" index=\"2\"/>" + good)
        })
      assertThat(register("swid", bad))
          .as(bad.substring(0, Math.min(300, bad.length())))
          .startsWith("reference-payload");
    assertThat(register("swid", swid("", META, good).getBytes(StandardCharsets.UTF_16)))
        .startsWith("reference-payload");
    assertThat(register("swid", new byte[] {(byte) 0xFF, 0, '<'})).startsWith("reference-payload");
    assertThat(references.values.list("", "", 10).values()).isEmpty();
  }

  @Test
  void a_corim_gives_its_reference_triples() {
    assertThat(register("corim", corim(0xAB))).isEqualTo("granted");
    assertThat(references.values.find("ACME/Roadrunner/fw/boot/digests", NOW))
        .contains(json("[\"" + "ab".repeat(32) + "\"]"));
  }

  @Test
  void an_unsigned_corim_ends_and_begins_when_it_says() {
    assertThat(register("corim", corim(1, NOW.minusSeconds(9), NOW))).startsWith("reference-time");
    assertThat(register("corim", corim(1, NOW.plusSeconds(999)))).startsWith("reference-time");
    assertThat(register("corim", corim(1, NOW, NOW.plusSeconds(9)))).isEqualTo("granted");
    assertThat(references.values.find("ACME/Roadrunner/fw/boot/digests", NOW.plusSeconds(9)))
        .isEmpty();
  }

  @Test
  void a_cut_or_changed_corim_is_refused_or_harmless() {
    byte[] good = corim(1);
    for (int i = 0; i < good.length; i++)
      assertThat(register("corim", Arrays.copyOf(good, i)))
          .as("cut at " + i)
          .isNotEqualTo("granted");
    assertThat(register("corim", Arrays.copyOf(good, good.length + 1))).isNotEqualTo("granted");
    assertThat(register("corim", "{\"a\":1}")).isNotEqualTo("granted");
    byte[] deep = new byte[5000];
    Arrays.fill(deep, (byte) 0x81);
    assertThat(register("corim", deep)).isNotEqualTo("granted");
    byte[] tags = new byte[5000];
    Arrays.fill(tags, (byte) 0xC6);
    assertThat(register("corim", tags)).isNotEqualTo("granted");
    byte[] huge = {(byte) 0xBB, 0x7F, -1, -1, -1, -1, -1, -1, -1};
    assertThat(register("corim", huge)).isNotEqualTo("granted");
  }

  private static byte[] recorded(String name) throws IOException {
    String named = System.getenv("THECA_SHARED");
    Path root =
        named == null
            ? Path.of(System.getProperty("theca.root", ".")).resolve("../shared")
            : Path.of(named);
    Path file = root.resolve("testdata/coco/trustee/rvps/src/extractors").resolve(name);
    assumeTrue(Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    return Files.readAllBytes(file);
  }

  @Test
  void recorded_manifest_of_a_gpu_gives_the_measurements_that_trustee_reads() throws IOException {
    byte[] xml = Base64.getMimeDecoder().decode(recorded("swid/test-rim.b64"));
    assertThat(register("swid", xml)).isEqualTo("granted");
    String value =
        references
            .values
            .find("NVIDIA_Corporation.GPU.measurement_12", NOW)
            .map(Json::text)
            .orElse("");
    assertThat(value)
        .startsWith("[\"758af96044c700f98a85347be27124d51c05b8784ba216b629b9aaab6d538c759aed");
    assertThat(references.values.find("NVIDIA_Corporation.GPU.measurement_0", NOW)).isEmpty();
  }

  @Test
  void recorded_corim_gives_the_names_that_trustee_reads() throws IOException {
    assertThat(register("corim", recorded("corim/unsigned-example-corim.cbor")))
        .isEqualTo("granted");
    String name = "ACME/RoadRunner/31fb5abf-023e-4992-aa4e-95f9c1503bfa/digests";
    assertThat(references.values.find(name, NOW).map(Json::text).orElse("")).contains("a3a5e715");
  }
}
