package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strings searched, cut, joined and replaced; versions and identifiers. */
class TextsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          startswith | 'abc', 'ab' | true
          startswith | 'abc', '' | true
          startswith | 'abc', 'b' | false
          endswith | 'abc', 'bc' | true
          contains | 'abc', 'b' | true
          contains | 'abc', '' | true
          contains | 'abc', 'd' | false
          indexof | 'abcb', 'b' | 1
          indexof | 'häß😀x', 'x' | 4
          indexof | 'abc', 'd' | -1
          indexof | 'abc', '' | fault: empty search character
          indexof_n | 'aaaa', 'aa' | [0, 1, 2]
          indexof_n | '😀a😀a', 'a' | [1, 3]
          indexof_n | 'abc', 'd' | []
          indexof_n | 'abc', '' | fault: empty search character
          strings.count | 'aaaa', 'aa' | 2
          strings.count | 'äb', '' | 3
          strings.count | 'abc', 'd' | 0
          strings.any_prefix_match | 'abc', ['x', 'ab'] | true
          strings.any_prefix_match | ['xyz', 'abc'], {'b', 'ab'} | true
          strings.any_prefix_match | ['xyz', 'abc'], ['b', 'y'] | false
          strings.any_prefix_match | [], 'a' | false
          strings.any_prefix_match | ['a', 1], 'a' | fault: operand 1 must be array of strings but got array containing number
          strings.any_suffix_match | 'abc', 'bc' | true
          strings.any_suffix_match | {'ab', 'cd', 'ef'}, ['d', 'x'] | true
          strings.any_suffix_match | 'abc', {1} | fault: operand 2 must be set of strings but got set containing number
          substring | 'häuser', 1, 3 | 'äus'
          substring | 'abc', 1, -1 | 'bc'
          substring | 'abc', 5, 1 | ''
          substring | 'abc', 1, 9223372036854775807 | 'bc'
          substring | '😀😁😂', 1, 1 | '😁'
          substring | 'abc', -1, 1 | fault: negative offset
          substring | 'abc', 0.5, 1 | fault: operand 2 must be integer number but got floating-point number
          trim | 'xxaxx', 'x' | 'a'
          trim | 'äaä', 'ä' | 'a'
          trim | 'xyx', 'xy' | ''
          trim | 'abc', '' | 'abc'
          trim_left | 'xxaxx', 'x' | 'axx'
          trim_right | 'xxaxx', 'x' | 'xxa'
          trim_prefix | 'aab', 'a' | 'ab'
          trim_suffix | 'abb', 'b' | 'ab'
          trim_suffix | 'abb', 'c' | 'abb'
          trim_space | '  \\t a b \\n' | 'a b'
          concat | ', ', ['a', 'b', 'c'] | 'a, b, c'
          concat | '', {'b', 'a'} | 'ab'
          concat | ',', [] | ''
          concat | ',', ['a', 1] | fault: operand 2 must be array of strings but got array containing number
          concat | ',', {null} | fault: operand 2 must be set of strings but got set containing null
          split | 'a.b.c', '.' | ['a', 'b', 'c']
          split | '.a.', '.' | ['', 'a', '']
          split | 'ab😀', '' | ['a', 'b', '😀']
          split | '', '' | []
          split | '', '.' | ['']
          strings.split_n | 'a.b.c', '.', 2 | ['a', 'b']
          strings.split_n | 'a.b.c', '.', -2 | ['b', 'c']
          strings.split_n | 'a.b.c', '.', 0 | []
          strings.split_n | 'a.b.c', '.', 9 | ['a', 'b', 'c']
          lower | 'ÄBC' | 'äbc'
          upper | 'äbc1' | 'ÄBC1'
          lower | 'İ' | 'i'
          strings.reverse | 'ab😀' | '😀ba'
          replace | 'aXbX', 'X', '--' | 'a--b--'
          replace | 'abc', 'd', 'x' | 'abc'
          replace | 'abc', '', '.' | '.a.b.c.'
          replace | '', '', '.' | '.'
          strings.replace_n | {'<': '&lt;', '>': '&gt;'}, '<b>' | '&lt;b&gt;'
          strings.replace_n | {'a': '1', 'ab': '2'}, 'abab' | '1b1b'
          strings.replace_n | {'a': 'b', 'b': 'a'}, 'ab' | 'ba'
          strings.replace_n | {'': '.', 'b': 'X'}, 'abc' | '.a.X.c.'
          strings.replace_n | {}, 'ab' | 'ab'
          strings.replace_n | {1: 'a'}, 'ab' | fault: operand 1 non-string key found in pattern object
          strings.replace_n | {'a': 1}, 'ab' | fault: operand 1 non-string value found in pattern object
          """)
  void strings_give_what_open_policy_agent_gives(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          semver.is_valid | '1.2.3-rc.1+build.5' | true
          semver.is_valid | 'v1.2.3' | true
          semver.is_valid | '1.2' | false
          semver.is_valid | '1.2.3-' | false
          semver.is_valid | '1.2.3+' | false
          semver.is_valid | '1.02.3' | false
          semver.is_valid | '1.2.3-rc.01' | false
          semver.is_valid | '0.0.0-0.0a+01' | true
          semver.is_valid | '1.2.3-a..b' | false
          semver.is_valid | '1.2.99999999999999999999' | false
          semver.is_valid | 1 | false
          semver.compare | '1.2.3', '1.2.4' | -1
          semver.compare | '2.0.0', '1.9.9' | 1
          semver.compare | '1.0.0+a', '1.0.0+b' | 0
          semver.compare | '1.0.0-rc.1', '1.0.0' | -1
          semver.compare | '1.0.0-rc.10', '1.0.0-rc.9' | 1
          semver.compare | '1.0.0-1', '1.0.0-a' | -1
          semver.compare | '1.0.0-a.b', '1.0.0-a' | 1
          semver.compare | '1.0.0-0', '1.0.0-1' | -1
          semver.compare | '1', '1.0.0' | fault: operand 1: string "1" is not a valid SemVer
          semver.compare | '1.0.0', 'x' | fault: operand 2: string "x" is not a valid SemVer
          uuid.parse | '00000000-0000-4000-8000-000000000000' | {'variant': 'RFC4122', 'version': 4}
          uuid.parse | 'urn:uuid:00000000-0000-4000-c000-000000000000' | {'variant': 'Microsoft', 'version': 4}
          uuid.parse | '{13814000-1dd2-11b2-9669-020000000001}' | {'clocksequence': 5737, 'macvariables': 'local:unicast', 'nodeid': '02-00-00-00-00-01', 'time': 0, 'variant': 'RFC4122', 'version': 1}
          uuid.parse | '000001f51dd221b28001010000000000' | {'clocksequence': 1, 'domain': 'Group', 'id': 501, 'macvariables': 'global:multicast', 'nodeid': '01-00-00-00-00-00', 'time': -32723713100, 'variant': 'RFC4122', 'version': 2}
          uuid.parse | 'nonsense' | undefined
          """)
  void versions_and_identifiers_are_read_as_open_policy_agent_reads_them(
      String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @Test
  void an_empty_pattern_stands_between_bytes() throws Exception {
    var made = (TextValue) Called.call("replace", Value.of("é"), Value.of(""), Value.of("."));
    assertThat(made.bytes()).containsExactly('.', 0xC3, '.', 0xA9, '.');
  }

  @Test
  void a_search_made_to_almost_match_everywhere_is_still_fast() throws Exception {
    Value text = Value.of("a".repeat(400_000));
    Value needle = Value.of("a".repeat(200_000) + "b");
    assertThat(Called.call("contains", text, needle)).isEqualTo(Value.of(false));
    assertThat(Called.call("indexof", text, needle)).isEqualTo(Value.of(-1));
    assertThat(Called.call("strings.count", text, Value.of("a".repeat(50))))
        .isEqualTo(Value.of(8000));
    assertThat(Called.call("count", Called.call("indexof_n", text, Value.of("a".repeat(50)))))
        .isEqualTo(Value.of(399_951));
  }
}
