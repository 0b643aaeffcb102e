package dev.theca.wire.toml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlTest {
  @Test
  void a_document_of_every_kind_of_value_is_read() {
    String text =
        """
        # comment
        version = "0.1.0" # after
        n = -1_000
        h = 0xFF
        on = true
        list = [ "a", 'b\\', # inside
          [1, 2], ]
        dotted."quoted key".x = 1
        inline = { a = 1, b.c = "d" }
        [data]
        "aa.toml" = '''
        [x]
        y = "z"
        '''
        lines = \"""
        one \\
            two\\n\\u20ac"\"""
        [data.sub]
        k = {}
        [[roots]]
        name = "a"
        [[roots]]
        name = "b"
        """;
    assertThat(Json.text(Toml.parse(text).orThrow()))
        .isEqualTo(
            "{\"version\":\"0.1.0\",\"n\":-1000,\"h\":255,\"on\":true,\"list\":[\"a\",\"b\\\\\",[1,2]],"
                + "\"dotted\":{\"quoted key\":{\"x\":1}},\"inline\":{\"a\":1,\"b\":{\"c\":\"d\"}},"
                + "\"data\":{\"aa.toml\":\"[x]\\ny = \\\"z\\\"\\n\",\"lines\":\"one two\\n€\\\"\",\"sub\":{\"k\":{}}},"
                + "\"roots\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a =",
        "a = 1 b = 2",
        "a = 1\na = 2",
        "[a]\n[a]",
        "a = 1\n[a]",
        "a = {b = 1}\na.c = 2",
        "a = \"x",
        "a = 'x\ny'",
        "a = \"\\q\"",
        "a = \"\\ud800\"",
        "a = 1.5",
        "a = 2020-01-01",
        "a = [1",
        "a = {b = 1",
        "= 1",
        "[a",
        "[[a]",
        "a = 01",
        "a = 99999999999999999999",
        "a = \"\u0001\"",
        "a = yes",
        "[a]\nb = 1\n[[a]]",
        "a.b = 1\n[a.b]",
        "a = {b = 1,\n c = 2}"
      })
  void what_is_not_toml_or_sets_a_key_twice_is_refused(String text) {
    assertThat(Toml.parse(text).isGranted()).as(text).isFalse();
  }

  @Test
  void deep_nesting_is_refused() {
    assertThat(Toml.parse("a = " + "[".repeat(5000)).isGranted()).isFalse();
  }
}
