package dev.theca.wire.kbs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of pods as hosts say them. */
class PodNameTest {
  private static final String UID = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";

  @Test
  void a_pod_is_named_by_its_namespace_its_name_and_perhaps_its_uid() {
    var whole = PodName.parse("team-a/web-0.x " + UID).orElseThrow();
    assertThat(whole.path()).isEqualTo("team-a/web-0.x");
    assertThat(whole.uid()).isEqualTo(UID);
    assertThat(whole).hasToString("team-a/web-0.x " + UID);
    assertThat(PodName.parse("a/b")).map(PodName::toString).contains("a/b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a",
        "a/",
        "/b",
        "a/b/c",
        "A/b",
        "a/B",
        "a/b ",
        " a/b",
        "a/b short",
        "a/-b",
        "a./b",
        "a/b 0b1c2d3e\n",
        "a/b\r\nx: y",
        "a/b 0b1c2d3e 0b1c2d3e",
        "a/b\u0000",
        "ä/b",
        "a_/b"
      })
  void other_texts_name_none(String text) {
    assertThat(PodName.parse(text)).isEmpty();
  }

  @Test
  void names_beyond_those_of_kubernetes_name_none() {
    assertThat(PodName.parse("a".repeat(63) + "/" + "b".repeat(253))).isPresent();
    assertThat(PodName.parse("a".repeat(64) + "/b")).isEmpty();
    assertThat(PodName.parse("a/" + "b".repeat(254))).isEmpty();
    assertThat(PodName.parse("a/b " + "c".repeat(65))).isEmpty();
  }
}
