package dev.theca.wire.kbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Digest;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KbsTest {
  @ParameterizedTest
  @CsvSource({
    "kbs:///a/b/c, a/b/c",
    "kbs://host:8080/default/key/1.0, default/key/1.0",
    "kbs:///A_-/0/c.d-e, A_-/0/c.d-e"
  })
  void a_resource_has_one_name_whatever_host_it_names(String text, String path) {
    assertThat(KbsUri.parse(text).orThrow().path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "kbs://",
        "kbs:///",
        "kbs:///a/b",
        "kbs:///a/b/c/d",
        "kbs:///a//c",
        "kbs:///../b/c",
        "kbs:///a/b/.c",
        "kbs:///a/b/c?d",
        "kbs:///a/b/c d",
        "http://h/a/b/c",
        "kbs+x:///a/b/c"
      })
  void a_name_that_is_none_is_refused(String text) {
    assertThat(KbsUri.parse(text).isGranted()).isFalse();
  }

  @Test
  void what_evidence_is_bound_to_does_not_depend_on_the_order_of_members() {
    JsonObject one = JsonObject.builder().put("kty", "EC").put("x", "1").build();
    JsonObject two = JsonObject.builder().put("x", "1").put("kty", "EC").build();
    assertThat(Kbs.reportData("n", one, "")).isEqualTo(Kbs.reportData("n", two, "")).hasSize(48);
    assertThat(Kbs.reportData("m", one, "")).isNotEqualTo(Kbs.reportData("n", one, ""));
    byte[] canonical =
        "{\"additional-evidence\":\"\",\"nonce\":\"n\",\"tee-pubkey\":{\"kty\":\"EC\",\"x\":\"1\"}}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Kbs.reportData("n", one, "")).isEqualTo(Digest.hasher("sha384").digest(canonical));
    assertThat(Jwk.generate("P-256").publicJson().string("kty")).contains("EC");
  }

  @Test
  void init_data_is_bound_by_the_digest_of_its_exact_text() {
    String text = "version = \"0.1.0\"\nalgorithm = \"sha384\"\n[data]\n\"a\" = \"b\"\n";
    var data = InitData.parse(text.getBytes(StandardCharsets.UTF_8)).orThrow();
    assertThat(data.digest())
        .isEqualTo(Digest.hasher("sha384").digest(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(data.configId()).hasSize(64).startsWith(data.digest());
    assertThat(data.configIdHex()).isEqualTo(HexFormat.of().formatHex(data.configId()));
    for (String lie :
        new String[] {
          "",
          "algorithm = \"md5\"",
          text.replace("\"b\"", "7"),
          text + "x",
          "algorithm = \"sha256\"\n" + "#".repeat(300_000)
        }) assertThat(InitData.parse(lie.getBytes(StandardCharsets.UTF_8)).isGranted()).isFalse();
  }
}
