package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.Value;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Globs, regular expressions and networks. */
class TextPatternsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          '*.com', [], 'theca.com' | true
          '*.com', [], 'a.theca.com' | false
          '**.com', [], 'a.theca.com' | true
          '*.com', null, 'a.theca.com' | true
          '*:com', [':'], 'a.b:com' | true
          '*:com', [':'], 'a:b:com' | false
          '*', ['.', '/'], 'a/b' | false
          '?at', [], 'cat' | true
          '?at', [], '.at' | false
          '?at', null, '.at' | true
          '[abc]at', [], 'bat' | true
          '[!abc]at', [], 'bat' | false
          '[a-c]at', [], 'bat' | true
          '[!a-c]at', [], '.at' | true
          '{cat,bat,[fr]at}', [], 'rat' | true
          '{cat,b*}s', [], 'bigs' | true
          '{cat,{x,y*}z}', [], 'yyz' | true
          '{cat,{x,y*}z}', [], 'cat' | true
          '{a,}b', [], 'b' | true
          'a{b', [], 'ab' | true
          'a,b}', [], 'a,b}' | true
          '\\\\*\\\\{', [], '*{' | true
          '', [], '' | true
          '', [], 'a' | false
          '**', [], '' | true
          'é?', [], 'éß' | true
          'a', ['..'], 'a' | fault: operand 2 must be array of runes but got array containing string
          'a', [1], 'a' | fault: operand 2 must be array of strings but got array containing number
          '[]', [], 'a' | fault: could not parse range
          '[a', [], 'a' | fault: unexpected end of input
          '[b-a]', [], 'a' | fault: hi character
          '[a-zA-Z]', [], 'a' | fault: expected close range character
          """)
  void a_glob_matches_the_whole_text_between_delimiters(String args, String result) {
    Rows.check("glob.match", args, result);
  }

  @Test
  void a_glob_of_many_stars_costs_no_more_than_text_times_pattern() throws Exception {
    Value pattern = Value.of("*a".repeat(200) + "b");
    Value text = Value.of("a".repeat(10_000));
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThat(Called.call("glob.match", pattern, NullValue.NULL, text))
                .isEqualTo(Value.of(false)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          glob.quote_meta | 'a*b?[c]{d}\\\\,-!' | 'a\\\\*b\\\\?\\\\[c\\\\]\\\\{d\\\\}\\\\\\\\,-!'
          regex.globs_match | 'a.a.[0-9]+z', 'b+a.a.2z' | false
          regex.globs_match | 'a*', 'b*' | false
          regex.globs_match | 'a.a.[0-9]+z', 'a*a.a.2z' | true
          regex.globs_match | '.*', 'xyz' | true
          regex.globs_match | 'a+', 'aaa' | true
          regex.globs_match | 'a+', '' | false
          regex.globs_match | '[a-c]+', '[c-e]' | true
          regex.globs_match | '[a-c]+', '[d-e]' | false
          regex.globs_match | 'x.*y', 'x.*z' | false
          regex.globs_match | '\\\\*', '*' | fault: the input provided is invalid
          regex.globs_match | 'a]', 'b' | fault: pos:1
          regex.globs_match | '[a', 'b' | fault: found [ without matching ]
          regex.globs_match | 'a\\\\', 'b' | fault: input ends with a
          """)
  void patterns_are_quoted_and_compared(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          regex.match | '^a+$', 'aaa' | true
          re_match | 'b', 'aaa' | false
          regex.match | '(', 'a' | fault: bad pattern
          regex.is_valid | '(' | false
          regex.is_valid | '()' | true
          regex.is_valid | 1 | false
          regex.split | ',', 'a,b,,c' | ['a', 'b', '', 'c']
          regex.split | '', 'abc' | ['a', 'b', 'c']
          regex.split | 'x', '' | ['']
          regex.split | '', '' | []
          regex.split | 'a', 'aba' | ['', 'b', '']
          regex.split | '(', '' | fault: bad pattern
          regex.find_n | 'a.', 'abacad', 2 | ['ab', 'ac']
          regex.find_n | 'a.', 'abacad', -1 | ['ab', 'ac', 'ad']
          regex.find_n | 'a.', 'abacad', 0 | []
          regex.find_n | 'a.', 'abacad', 1.5 | fault: operand 3 must be integer number
          regex.find_all_string_submatch_n | 'a(x)?(b)', 'ab axb', -1 | [['ab', '', 'b'], ['axb', 'x', 'b']]
          regex.replace | 'a-b', '(\\\\w)-(\\\\w)', '$2-${1}' | 'b-a'
          regex.replace | 'ab', 'b', '[$0$1x$$$]' | 'a[b$$]'
          regex.replace | 'ab', '(?<one>a)(b)', '${one}$one_$2${x' | 'ab${x'
          regex.replace | 'ab', '(a)', '$01$10' | 'b'
          regex.replace | 'abc', 'x*', '-' | '-a-b-c-'
          regex.replace | 'abc', 'x', '-' | 'abc'
          regex.template_match | 'urn:foo:{.*}', 'urn:foo:bar:baz', '{', '}' | true
          regex.template_match | 'urn.foo:{a+}', 'urn:foo:a', '{', '}' | false
          regex.template_match | 'urn:<[0-9]{2}>:x', 'urn:12:x', '<', '>' | true
          regex.template_match | 'urn:{.*', 'urn:foo', '{', '}' | fault: unbalanced braces in "urn:{.*"
          regex.template_match | 'urn:.*}', 'urn:foo', '{', '}' | fault: unbalanced braces
          regex.template_match | 'urn', 'urn', '', '}' | fault: start delimiter has to be exactly one character long but is 0 long
          """)
  void regular_expressions_do_what_those_of_go_do(String name, String args, String result) {
    Rows.check(new Called.Context(1_000_000).with(new JdkRegexEngine()), name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          net.cidr_contains | '10.0.0.0/8', '10.1.2.3' | true
          net.cidr_contains | '10.0.0.0/8', '10.1.0.0/16' | true
          net.cidr_contains | '10.0.0.0/16', '10.0.0.0/8' | false
          net.cidr_contains | '10.0.0.0/8', '2001:db8::1' | false
          net.cidr_contains | '2001:4860:4860::8888/32', '2001:4860:4860:1234::8888' | true
          net.cidr_contains | '10.0.0.0/8', '::ffff:10.2.3.4' | true
          net.cidr_contains | '::ffff:10.0.0.0/104', '10.9.9.9' | true
          net.cidr_contains | '::/0', '10.9.9.9' | false
          net.cidr_contains | '10.0.0.0', '10.9.9.9' | fault: invalid CIDR address: 10.0.0.0
          net.cidr_contains | '10.0.0.0/8', 'x' | fault: not a valid textual representation of an IP address or CIDR: x
          net.cidr_overlap | '10.0.0.0/8', '10.1.2.3' | true
          net.cidr_intersects | '10.0.0.0/16', '10.0.0.0/8' | true
          net.cidr_intersects | '10.0.0.0/16', '10.1.0.0/16' | false
          net.cidr_is_valid | '10.0.0.0/32' | true
          net.cidr_is_valid | '10.0.0.0/33' | false
          net.cidr_is_valid | '10.0.0/8' | false
          net.cidr_is_valid | '010.0.0.0/8' | false
          net.cidr_is_valid | '256.0.0.0/8' | false
          net.cidr_is_valid | '::1/128' | true
          net.cidr_is_valid | '1::2::3/128' | false
          net.cidr_is_valid | '1:2:3:4:5:6:7::/128' | true
          net.cidr_is_valid | '1:2:3:4:5:6:7:8::/128' | false
          net.cidr_is_valid | '1:2:3:4:5:6:1.2.3.4/128' | true
          net.cidr_is_valid | '1:2:3:4:5:6:7:1.2.3.4/128' | false
          net.cidr_is_valid | 'fe80::1%eth0/64' | false
          net.cidr_is_valid | '12345::/16' | false
          net.cidr_is_valid | '::1/' | false
          net.cidr_is_valid | 1 | false
          net.cidr_expand | '192.168.0.255/30' | {'192.168.0.252', '192.168.0.253', '192.168.0.254', '192.168.0.255'}
          net.cidr_expand | '255.255.255.255/32' | {'255.255.255.255'}
          net.cidr_expand | '2001:db8::/127' | {'2001:db8::', '2001:db8::1'}
          net.cidr_expand | '1:0:0:2:0:0:0:3/128' | {'1:0:0:2::3'}
          net.cidr_expand | '1:0:2:0:3:0:4:0/128' | {'1:0:2:0:3:0:4:0'}
          net.cidr_merge | ['192.0.128.0/24', '192.0.129.0/24'] | {'192.0.128.0/23'}
          net.cidr_merge | {'192.0.128.0/24', '192.0.128.128/25', '10.0.0.0/8'} | {'10.0.0.0/8', '192.0.128.0/24'}
          net.cidr_merge | ['192.0.128.0/24', '192.0.129.0/24', '192.0.130.0/24'] | {'192.0.128.0/23', '192.0.130.0/24'}
          net.cidr_merge | ['1.2.3.4'] | {'1.2.3.4/8'}
          net.cidr_merge | ['2601:600:8a80:207e:a57d:7567::/96', '2601:600:8a80:207e:a57d:7568::/96'] | {'2601:600:8a80:207e:a57d:7567::/96', '2601:600:8a80:207e:a57d:7568::/96'}
          net.cidr_merge | ['2601:600::/33', '2601:600:8000::/33'] | {'2601:600::/32'}
          net.cidr_merge | [] | set()
          net.cidr_merge | ['::1'] | fault: IPv6 invalid: needs prefix length
          net.cidr_merge | [1] | fault: element must be string
          net.cidr_merge | ['1'] | fault: invalid CIDR address: 1
          net.cidr_contains_matches | '1.1.1.0/24', '1.1.1.128' | {['1.1.1.0/24', '1.1.1.128']}
          net.cidr_contains_matches | ['1.1.1.0/24', '1.1.2.0/24'], {'x': '1.1.2.1', 'y': ['1.1.1.0/25', 'foo']} | {[0, 'y'], [1, 'x']}
          net.cidr_contains_matches | {['1.1.1.0/24', 'a']}, ['1.1.1.1', '2.2.2.2'] | {[['1.1.1.0/24', 'a'], 0]}
          net.cidr_contains_matches | [], [1] | set()
          net.cidr_contains_matches | ['bad'], [] | set()
          net.cidr_contains_matches | ['1.1.1.0/24'], [[]] | fault: operand 2: element must be string or non-empty array
          net.cidr_contains_matches | [[7]], ['1.1.1.1'] | fault: operand 1 must be string but got number
          """)
  void networks_hold_the_addresses_that_go_says_they_hold(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0/0", "::/0", "10.0.0.0/8"})
  void a_network_too_large_is_not_expanded(String network) {
    assertThatThrownBy(
            () -> Called.call(new Called.Context(100_000), "net.cidr_expand", Value.of(network)))
        .isInstanceOf(Called.Exhausted.class);
  }
}
