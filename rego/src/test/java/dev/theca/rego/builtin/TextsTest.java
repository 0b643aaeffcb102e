package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts are searched, cut, joined and changed. */
class TextsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          concat | ',', ['a', 'b', ''] | 'a,b,'
          concat | ',', {'z', 'a', 'é'} | 'a,z,é'
          concat | ', ', [] | ''
          concat | ',', set() | ''
          concat | ',', ['only'] | 'only'
          concat | '', ['a', 'b'] | 'ab'
          concat | ',', [1] | fault: operand 2 must be array of strings but got array containing number
          concat | ',', {'a', null} | fault: operand 2 must be set of strings but got set containing null
          split | 'a.b.c', '.' | ['a', 'b', 'c']
          split | '.a.', '.' | ['', 'a', '']
          split | 'abc', 'x' | ['abc']
          split | 'aé😀', '' | ['a', 'é', '😀']
          split | '', '' | []
          split | '', ',' | ['']
          split | 'aXXbXXc', 'XX' | ['a', 'b', 'c']
          split | 'aaaa', 'aaa' | ['', 'a']
          strings.split_n | 'a:b:c', ':', 2 | ['a', 'b']
          strings.split_n | 'a:b:c', ':', 9 | ['a', 'b', 'c']
          strings.split_n | 'a:b:c', ':', 0 | []
          strings.split_n | 'a:b:c', ':', -2 | ['b', 'c']
          strings.split_n | 'a:b:c', ':', -9223372036854775808 | ['a', 'b', 'c']
          strings.split_n | 'a:b:c', ':', 9223372036854775807 | ['a', 'b', 'c']
          strings.split_n | 'é😀x', '', 2 | ['é', '😀']
          strings.split_n | '', '', -1 | []
          strings.split_n | '', ':', 1 | ['']
          strings.split_n | 'a', ':', 1.5 | fault: operand 3 must be integer number but got floating-point number
          substring | 'hello', 1, 3 | 'ell'
          substring | 'hello', 1, -1 | 'ello'
          substring | 'hello', 0, 99 | 'hello'
          substring | 'hello', 9, 1 | ''
          substring | 'hello', 2, 0 | ''
          substring | 'hello', 9223372036854775807, 9223372036854775807 | ''
          substring | 'hello', 2, 9223372036854775807 | 'llo'
          substring | 'a😀é!', 1, 2 | '😀é'
          substring | '😀é', 0, 2 | '😀é'
          substring | '', 0, 1 | ''
          substring | 'x', -1, 1 | fault: negative offset
          substring | 'x', 0.5, 1 | fault: operand 2 must be integer number but got floating-point number
          substring | 'x', 0, 1.0 | fault: operand 3 must be integer number but got floating-point number
          """)
  void texts_are_joined_and_split(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          contains | 'haystack', 'sta' | true
          contains | 'haystack', 'x' | false
          contains | '', '' | true
          contains | 'x', 1 | fault: operand 2 must be string but got number
          startswith | 'abc', 'ab' | true
          startswith | 'abc', '' | true
          startswith | 'ab', 'abc' | false
          endswith | 'abc', 'bc' | true
          endswith | 'abc', 'ab' | false
          indexof | 'abcabc', 'ca' | 2
          indexof | 'a😀éx', 'x' | 3
          indexof | 'abc', 'z' | -1
          indexof | 'abc', '' | fault: empty search character
          indexof_n | 'aaaa', 'aa' | [0, 1, 2]
          indexof_n | '😀x😀x', 'x' | [1, 3]
          indexof_n | 'abc', 'z' | []
          indexof_n | 'abc', '' | fault: empty search character
          strings.count | 'cheese', 'e' | 3
          strings.count | 'aaaa', 'aa' | 2
          strings.count | 'é😀', '' | 3
          strings.count | 'x', 'y' | 0
          strings.any_prefix_match | 'foobar', 'foo' | true
          strings.any_prefix_match | 'foobar', ['x', 'fo'] | true
          strings.any_prefix_match | ['a', 'b/c'], {'b/', 'z'} | true
          strings.any_prefix_match | ['a', 'b'], {'c'} | false
          strings.any_prefix_match | [], ['a'] | false
          strings.any_prefix_match | ['a'], [''] | true
          strings.any_prefix_match | ['a', 1], ['a'] | fault: operand 1 must be array of strings but got array containing number
          strings.any_prefix_match | 'a', {1} | fault: operand 2 must be set of strings but got set containing number
          strings.any_prefix_match | 1, 'a' | fault: operand 1 must be one of
          strings.any_suffix_match | 'a.yaml', ['.json', '.yaml'] | true
          strings.any_suffix_match | {'a.yml'}, '.yaml' | false
          strings.any_suffix_match | ['a', 'x😀'], {'😀'} | true
          """)
  void texts_are_found_in_texts(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          lower | 'ÄßÉİΣ' | 'äßéiσ'
          lower | 'Ab1' | 'ab1'
          upper | 'straße ŉ ǆ' | 'STRAßE ŉ Ǆ'
          upper | 'abc' | 'ABC'
          upper | '𐐨' | '𐐀'
          strings.reverse | 'aé😀' | '😀éa'
          trim | '..a.b..', '.' | 'a.b'
          trim | 'xyaxy', 'yx' | 'a'
          trim | 'éaé😀', '😀é' | 'a'
          trim | 'abc', '' | 'abc'
          trim | 'aaa', 'a' | ''
          trim | '<abc>', '0123456789<>#+-*/=!?' | 'abc'
          trim_left | 'xxaxx', 'x' | 'axx'
          trim_right | 'xxaxx', 'x' | 'xxa'
          trim_prefix | 'xxa', 'x' | 'xa'
          trim_prefix | 'a', 'ab' | 'a'
          trim_suffix | 'axx', 'x' | 'ax'
          trim_suffix | 'x', 'x' | ''
          trim_space | '\\t a b\\205\\240\u2003\u3000\\n' | 'a b'
          trim_space | '\u200ba\\034' | '\u200ba\\034'
          replace | 'aXbX', 'X', '--' | 'a--b--'
          replace | 'aaaa', 'aa', 'b' | 'bb'
          replace | 'abc', 'x', 'y' | 'abc'
          replace | 'ab', '', '-' | '-a-b-'
          replace | '', '', '-' | '-'
          replace | 'abcabc', 'abc', '' | ''
          strings.replace_n | {'<': '&lt;', '>': '&gt;'}, '<b>x</b>' | '&lt;b&gt;x&lt;/b&gt;'
          strings.replace_n | {'a': 'b', 'b': 'a'}, 'abba' | 'baab'
          strings.replace_n | {'a': '1', 'ab': '2'}, 'abab' | '1b1b'
          strings.replace_n | {'ab': '2', 'b': '3'}, 'abb' | '23'
          strings.replace_n | {'': '-', 'a': 'X'}, 'ab' | '-X-b-'
          strings.replace_n | {}, 'ab' | 'ab'
          strings.replace_n | {1: 'x'}, 'ab' | fault: operand 1 non-string key found in pattern object
          strings.replace_n | {'x': 1}, 'ab' | fault: operand 1 non-string value found in pattern object
          """)
  void texts_are_changed_and_cut(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @Test
  void an_empty_pattern_takes_letters_apart_into_bytes() throws Exception {
    Value replaced = Called.call("replace", Value.of("é"), Value.of(""), Value.of("-"));
    assertThat(((TextValue) replaced).bytes())
        .containsExactly('-', (byte) 0xC3, '-', (byte) 0xA9, '-');
  }

  @Test
  void long_searches_are_linear_and_right() {
    String text = "ab".repeat(200_000);
    String needle = "ab".repeat(50_000) + "b";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThat(Called.shown("contains", Value.of(text), Value.of(needle))).isEqualTo("false");
          assertThat(Called.shown("contains", Value.of(text + "b"), Value.of(needle)))
              .isEqualTo("true");
          assertThat(Called.shown("indexof", Value.of("é" + text + "b"), Value.of(needle)))
              .isEqualTo("300001");
        });
  }

  @Test
  void many_texts_and_many_endings_are_matched_in_order() {
    var texts = new Value[500];
    var ends = new Value[500];
    for (int i = 0; i < 500; i++) {
      texts[i] = Value.of("user" + i + "@example.org");
      ends[i] = Value.of("@" + i + ".example.org");
    }
    assertThat(
            Called.shown(
                "strings.any_suffix_match", ArrayValue.owning(texts), ArrayValue.owning(ends)))
        .isEqualTo("false");
    ends[250] = Value.of("7@example.org");
    assertThat(
            Called.shown(
                "strings.any_suffix_match", ArrayValue.owning(texts), ArrayValue.owning(ends)))
        .isEqualTo("true");
  }

  @Test
  void replacements_that_grow_beyond_the_limits_end_the_evaluation() {
    Value big = Value.of("y".repeat(10_000));
    Value text = Value.of("x".repeat(10_000));
    assertThatThrownBy(() -> Called.call("replace", text, Value.of("x"), big))
        .isInstanceOf(Called.Exhausted.class);
    assertThatThrownBy(
            () ->
                Called.call("strings.replace_n", ObjectValue.of(Map.of(Value.of("x"), big)), text))
        .isInstanceOf(Called.Exhausted.class);
    assertThatThrownBy(
            () ->
                Called.call(
                    "concat", big, ArrayValue.of(Collections.nCopies(100_000, Value.of("")))))
        .isInstanceOf(Called.Exhausted.class);
  }
}
