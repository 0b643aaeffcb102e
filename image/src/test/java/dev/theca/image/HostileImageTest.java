package dev.theca.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and manifests that somebody meant badly. */
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
}
