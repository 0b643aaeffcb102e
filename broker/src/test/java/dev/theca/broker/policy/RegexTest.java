package dev.theca.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.spi.BuiltinFault;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
  private static final Re2Engine RE2 = new Re2Engine();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a+ | baaab | 1-4
          x* | aé | 0-0 1-1 2-2
          x* | axb | 0-0 1-2 3-3
          (a).?(b)? | a | 0-1,0-1,-
          ^a | aaa | 0-1
          \\bfoo\\b | foo afoo foo | 0-3 9-12
          (?i)É | é | 0-1
          """)
  void matches_are_found_from_left_to_right(String pattern, String text, String expected)
      throws BuiltinFault {
    List<int[]> matches = RE2.compile(pattern).matches(text, -1, _ -> {});
    assertThat(matches.stream().map(RegexTest::shown).collect(Collectors.joining(" ")))
        .isEqualTo(expected);
  }

  private static String shown(int[] match) {
    var groups = new java.util.StringJoiner(",");
    for (int i = 0; i < match.length; i += 2)
      groups.add(match[i] < 0 ? "-" : match[i] + "-" + match[i + 1]);
    return groups.toString();
  }

  @Test
  void an_empty_match_never_parts_a_character() throws BuiltinFault {
    List<int[]> matches = RE2.compile("x*").matches("\uD83D\uDE00a", -1, _ -> {});
    assertThat(matches.stream().map(Arrays::toString))
        .containsExactly("[0, 0]", "[2, 2]", "[3, 3]");
  }

  @Test
  void groups_have_the_names_of_both_syntaxes() throws BuiltinFault {
    assertThat(RE2.compile("(?P<a>x)(y)(?<b>z)").groups()).containsExactly("", "a", "", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "a**",
        "(?=a)",
        "\\8",
        "a{1001}",
        "((a{100}){100}){100}",
        "(?:(?:a{2}){500}){2}",
        "[z-a]",
        "(?P<n>a)(?P<n>b)"
      })
  void what_go_refuses_is_refused(String pattern) {
    assertThatThrownBy(() -> RE2.compile(pattern))
        .isInstanceOf(BuiltinFault.class)
        .hasMessageContaining("error parsing regexp");
  }

  @Test
  void patterns_too_deep_or_too_large_are_refused_before_they_are_compiled() {
    assertThatThrownBy(() -> RE2.compile("(".repeat(100_000) + ")".repeat(100_000)))
        .hasMessageContaining("nests too deeply");
    assertThatThrownBy(() -> RE2.compile("a{1000}".repeat(10_000)))
        .hasMessageContaining("too large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{10}){100}",
        "[{]{3}",
        "\\Q{9999}\\E",
        "\\{5000}",
        "a{,5000}",
        "x{5000",
        "[[:alpha:]{9}]"
      })
  void a_brace_that_is_no_repeat_is_not_taken_for_one(String pattern) throws BuiltinFault {
    assertThat(RE2.compile(pattern)).isNotNull();
  }

  @Test
  void all_searches_together_are_paid_for() throws BuiltinFault {
    var paid = new AtomicLong();
    var pattern = RE2.compile("a.*b|a");
    assertThatThrownBy(
            () ->
                pattern.matches(
                    "a".repeat(100_000),
                    -1,
                    units -> {
                      if (paid.addAndGet(units) > 1_000_000) throw new IllegalStateException("end");
                    }))
        .hasMessage("end");
  }
}
