package dev.theca.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\":1,\"a\":2}",
        "{}x",
        "{} {}",
        "[1,]",
        "{\"a\":01}",
        "nul",
        "NaN",
        "'a'",
        "{a:1}",
        "\"\\x\"",
        "\"\u0001\"",
        "[1 2]",
        "// c\n1",
        "+1",
        "1e",
        "\uFEFF{}"
      })
  void what_is_not_one_strict_document_is_refused(String text) {
    assertThat(Json.parse(text.getBytes(UTF_8))).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void deep_nesting_and_size_are_refused_not_overflowed() {
    assertThat(Json.parse("[".repeat(200_000).getBytes(UTF_8)).isGranted()).isFalse();
    assertThat(Json.parse(("[".repeat(33) + "]".repeat(33)).getBytes(UTF_8)).isGranted()).isFalse();
    assertThat(Json.parse(new byte[(1 << 20) + 1]).isGranted()).isFalse();
    assertThat(Json.parse(new byte[] {'"', (byte) 0xff, '"'}).isGranted()).isFalse();
    assertThat(Json.parse("{}".getBytes(java.nio.charset.StandardCharsets.UTF_16)).isGranted())
        .isFalse();
  }

  @Test
  void a_document_survives_reading_and_writing_with_its_order_and_literals() {
    String text = "{\"b\":[1.50,-0,1e3,true,null,\"\\u20ac\\n\"],\"a\":{}}";
    assertThat(Json.text(Json.parse(text.getBytes(UTF_8)).orThrow()))
        .isEqualTo("{\"b\":[1.50,-0,1e3,true,null,\"€\\n\"],\"a\":{}}");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "1,1",
    "1.0,1",
    "0.000001,0.000001",
    "1e-7,1e-7",
    "123456789012345680000,123456789012345680000",
    "1e21,1e+21",
    "9007199254740993,9007199254740992",
    "333333333.33333329,333333333.3333333",
    "4.50,4.5",
    "2e-3,0.002",
    "0.000000000000000000000000001,1e-27",
    "-1.5e300,-1.5e+300"
  })
  void canonical_numbers_are_those_of_ecmascript(String literal, String canonical) {
    assertThat(new String(Json.canonical(new JsonNumber(literal)), UTF_8)).isEqualTo(canonical);
  }

  @Test
  void a_number_beyond_doubles_is_read_and_has_no_canonical_form() {
    var number = Json.parse("-2.5e3593".getBytes(UTF_8)).orThrow();
    assertThat(Json.text(number)).isEqualTo("-2.5e3593");
    assertThatThrownBy(() -> Json.canonical(number)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void canonical_text_sorts_members_as_rfc_8785_does() {
    var value =
        Json.parse(
                "{\"peach\":1,\"\\ud83d\\ude00\":2,\"\\ufb33\":3,\"1\":4,\"\\r\":{\"b\":1,\"a\":2}}"
                    .getBytes(UTF_8))
            .orThrow();
    assertThat(new String(Json.canonical(value), UTF_8))
        .isEqualTo(
            "{\"\\r\":{\"a\":2,\"b\":1},\"1\":4,\"peach\":1,\"\ud83d\ude00\":2,\"\ufb33\":3}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"x\" : {\"a\" : [1, 2] } , \"y\":1}|x|{\"a\" : [1, 2] }",
        "{\"x\":[ ], \"y\":1}|x|[ ]",
        "{\"x\":1, \"y\" :  -2.5e1 }|y|-2.5e1",
        "{\"x\":{\"y\":1},\"y\":\"a\\\"b\"}|y|\"a\\\"b\"",
        "{\"s\":true}|s|true"
      })
  void a_slice_is_the_exact_bytes_of_the_member(String document, String member, String expected) {
    assertThat(new String(Json.slice(document.getBytes(UTF_8), member).orThrow(), UTF_8))
        .isEqualTo(expected);
  }
}
