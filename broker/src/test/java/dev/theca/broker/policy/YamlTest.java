package dev.theca.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTest {
  private static final SnakeYamlEngine YAML = new SnakeYamlEngine();

  private static Value json(String text) {
    return Values.of(Json.parse(text.getBytes(StandardCharsets.UTF_8)).orThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      textBlock =
          """
          a: 1 § {"a":1}
          a: yes\\nb: Off\\nc: y\\nd: "no" § {"a":"yes","b":"Off","c":"y","d":"no"}
          - ~\\n- null\\n- \\n- '' § [null,null,null,""]
          [0x1F, 0o17, 017, 0b101, 1_000, +5, -3, 08, 1e3, .5, -1.50] § [31,15,15,5,1000,5,-3,8,1000,0.5,-1.5]
          [18446744073709551615, 123456789012345678901234567890, 1e-7, 1e21] § [18446744073709551615,1.2345678901234568e+29,1e-7,1e+21]
          2001-12-14: 2001-12-14t21:59:43.10-05:00 § {"2001-12-14":"2001-12-14t21:59:43.10-05:00"}
          {1: a, True: b, 1.5: c, no: d, 18446744073709551615: e} § {"1":"a","1.5":"c","18446744073709551615":"e","no":"d","true":"b"}
          a: 1\\na: 2 § {"a":2}
          [!!str 1, !!int "7", !!float 3, !foo 1, !!binary aGk=, ! 5] § ["1",7,3,"1","hi","5"]
          a: &x {b: 1}\\nc: *x § {"a":{"b":1},"c":{"b":1}}
          x: &x {a: 1, b: 2}\\nz: {a: 0, <<: *x, b: 3} § {"x":{"a":1,"b":2},"z":{"a":0,"b":3}}
          x: &x {a: 1}\\nw: &y {a: 2, b: 2}\\nz: {<<: [*x, *y]} § {"w":{"a":2,"b":2},"x":{"a":1},"z":{"a":1,"b":2}}
          a: |\\n  x\\n  y\\n § {"a":"x\\\\ny\\\\n"}
          a\\n---\\nb § "a"
          x: &x {a: 1}\\nw: {<<: *x, <<: {a: 2, b: 2}} § {"w":{"a":1,"b":2},"x":{"a":1}}
          # nothing § null
          1:30 § "1:30"
          1.2.3 § "1.2.3"
          """)
  void yaml_means_what_it_means_to_go(String yaml, String expected) throws BuiltinFault {
    String text = yaml.replace("\\n", "\n");
    assertThat(JsonText.of(YAML.read(text))).isEqualTo(expected.replace("\\\\", "\\"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      textBlock =
          """
          {a: [} § while parsing
          `  test:\\ntest1: hello` § expected
          a: 1\\n---\\n\\tb: 2 § cannot start any token
          a: b: c § mapping values are not allowed
          ? [a]\\n: b § unsupported map key
          ~: b § unsupported map key
          *x § unknown anchor
          &x [*x] § contains itself
          .inf § unsupported value
          !!int x § cannot decode
          !!binary x § invalid base64
          {<<: 1} § map merge requires
          """)
  void what_go_refuses_is_refused(String yaml, String message) {
    assertThatThrownBy(() -> YAML.read(yaml.replace("\\n", "\n").replace("\\t", "\t")))
        .isInstanceOf(BuiltinFault.class)
        .hasMessageContaining(message);
  }

  @Test
  void aliases_of_aliases_of_aliases_are_excessive() {
    var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++)
      text.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(9))
          .append("]\n");
    assertThatThrownBy(() -> YAML.read(text.toString())).hasMessageContaining("excessive aliasing");
  }

  @Test
  void a_document_nested_too_deep_is_refused_and_overflows_nothing() {
    assertThatThrownBy(() -> YAML.read("[".repeat(100_000))).isInstanceOf(BuiltinFault.class);
    assertThatThrownBy(() -> YAML.read("- ".repeat(100_000))).isInstanceOf(BuiltinFault.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      textBlock =
          """
          {"b":{"c":[1,[2,{"d":null}]],"a":true},"e":[],"f":{}} § b:\\n  a: true\\n  c:\\n    - 1\\n    - - 2\\n      - d: null\\ne: []\\nf: {}\\n
          [{"a":1,"b":[2]},[3]] § - a: 1\\n  b:\\n    - 2\\n- - 3\\n
          {"a10":1,"a2":2,"B":3,"_":4,"1x":5,"1_":6} § _: 4\\n1x: 5\\n"1_": 6\\nB: 3\\na2: 2\\na10: 1\\n
          ["yes","1","1.5","null","","~","2001-01-01","1:30","0x1f","true "] § - "yes"\\n- "1"\\n- "1.5"\\n- "null"\\n- ""\\n- "~"\\n- "2001-01-01"\\n- "1:30"\\n- "0x1f"\\n- 'true '\\n
          ["- a","-a","a: b","a:b","a #b","a#b","#a","'a","a'b: ","@","%a","---","?a","? a"] § - '- a'\\n- -a\\n- 'a: b'\\n- a:b\\n- 'a #b'\\n- a#b\\n- '#a'\\n- '''a'\\n- 'a''b: '\\n- '@'\\n- '%a'\\n- '---'\\n- ?a\\n- '? a'\\n
          {"a":"x\\ny\\n","b":"x\\ny","c":"x\\n\\n","d":" x\\ny","e":"x \\ny"} § a: |\\n  x\\n  y\\nb: |-\\n  x\\n  y\\nc: |+\\n  x\\n\\nd: |2-\\n   x\\n  y\\ne: "x \\\\ny"\\n
          ["a\\tb","\\u0001","é","\\ud83d\\ude00","a\\\\b\\"\\t"] § - "a\\\\tb"\\n- "\\\\x01"\\n- é\\n- "\\\\U0001F600"\\n- "a\\\\\\\\b\\\\"\\\\t"\\n
          [1.50,1.0,1e2,1234567.5,0.00001,12345678901234567890,1e400,-0] § - 1.5\\n- 1\\n- 100\\n- 1.2345675e+06\\n- 1e-05\\n- 12345678901234567890\\n- 1e400\\n- 0\\n
          "a" § a\\n
          [] § []\\n
          """)
  void json_is_written_as_go_writes_it(String json, String yaml) {
    String expected = yaml.replace("\\\\", "\u0000").replace("\\n", "\n").replace("\u0000", "\\");
    String text = YAML.write(json(json));
    assertThat(text).isEqualTo(expected.endsWith("\n") ? expected : expected + "\n");
  }

  @Test
  void long_texts_are_not_folded() {
    String words = "word ".repeat(30).strip();
    assertThat(YAML.write(ArrayValue.owning(Value.of(words)))).isEqualTo("- " + words + "\n");
  }

  @Test
  void what_is_written_is_read_again() throws BuiltinFault {
    Value value =
        json(
            """
            {"long": "%s", "quoted": "%s", "lines": "a\\n  b\\n\\n", "k: v": ["- x", "é\\u0085"],
             "two\\nlines": {"x": [[], {}, [[1]]]}, "": "", "yes": "no", "spaces  ": "%s"}
            """
                .formatted("word ".repeat(40).strip(), "it's: ".repeat(40), "\\t a  b".repeat(30)));
    assertThat(YAML.read(YAML.write(value))).isEqualTo(value);
  }
}
