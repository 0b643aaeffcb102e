package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sprintf} prints what Go prints. */
class SprintfTest {
  private static void check(String format, String operands, String expected) throws Exception {
    Value result =
        Called.call(
            "sprintf",
            Value.of(format),
            operands == null ? ArrayValue.EMPTY : Written.value(operands));
    assertThat(((TextValue) result).text()).as(format + " " + operands).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          hello %s; ['x']; hello x
          %v %v %v; [1, 'a', true]; 1 a true
          %v; [{'b': [1, 'x'], 'a': null}]; {"a": null, "b": [1, "x"]}
          %s; [{'b', 'a'}]; {"a", "b"}
          %v; [null]; null
          %d%%; [50]; 50%
          %5%|; []; %|
          %s; [12]; %!s(int=12)
          %d; ['hi']; %!d(string=hi)
          %d; [true]; %!d(string=true)
          %t; [true]; %!t(string=true)
          %d; [1.5]; %!d(float64=1.5)
          %s; [1.5]; %!s(float64=1.5)
          %z; [1]; %!z(int=1)
          %é; [1]; %!é(int=1)
          %p; ['a']; %!p(string=a)
          %w %w; [1, 'a']; %!w(int=1) %!w(string=a)
          %T %T %T %T; [1, 1.5, 'a', 123456789012345678901]; int float64 string *big.Int
          %!; []; %!!(MISSING)
          %!; [1]; %!!(int=1)
          %d %d; [1]; 1 %!d(MISSING)
          %; []; %!(NOVERB)
          a%; [1]; a%!(NOVERB)%!(EXTRA int=1)
          %-; []; %!(NOVERB)
          %.; [3]; %!.(int=3)
          x; [1, 'a', 1.5]; x%!(EXTRA int=1, string=a, float64=1.5)
          x; [123456789012345678901]; x%!(EXTRA *big.Int=123456789012345678901)
          %[2]s %[1]s; ['a', 'b']; b a
          %[2]s; ['a', 'b', 'c']; b
          %[3]s; ['a']; %!s(BADINDEX)
          %[x]s; ['a']; %!s(BADINDEX)
          %[0]s; ['a']; %!s(BADINDEX)
          %[]s; ['a']; %!s(BADINDEX)
          %[]; ['a']; %!](BADINDEX)
          %[1; ['a']; %!(NOVERB)
          %[1]3d; [7]; %!d(BADINDEX)
          %3[1]d|; [7]; `  7|`
          %[2]*[1]d|; [7, 4]; `   7|`
          %[3]*.[2]*[1]f|; [12.0, 2, 6]; ` 12.00|`
          %*d|; [5, 42]; `   42|`
          %-*d|; [5, 42]; `42   |`
          %*d|; [-5, 42]; `42   |`
          %0*d|; [-5, 42]; `42   |`
          %*d; ['x', 42]; %!(BADWIDTH)42
          %*d; [10000001, 42]; %!(BADWIDTH)42
          %.*f; [1, 2.55]; 2.5
          %.*d; [-1, 42]; %!(BADPREC)42
          %.*d; [1.5, 42]; %!(BADPREC)42
          %99999999d; [1]; %!(NOVERB)%!(EXTRA int=1)
          """)
  void formats_and_their_mistakes_print_as_in_go(String format, String operands, String expected)
      throws Exception {
    check(format, operands, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          %5d|; 42; `   42|`
          %-5d|; 42; `42   |`
          %05d|; 42; 00042|
          %-05d|; 42; `42   |`
          %05d|; -42; -0042|
          %+d; 42; +42
          % d; 42; ` 42`
          %+ d; 42; +42
          %.5d; -42; -00042
          %8.5d|; 42; `   00042|`
          %08.5d|; 42; `   00042|`
          %.0d|; 0; |
          %3.0d|; 0; `   |`
          %b; 5; 101
          %#b; 5; 0b101
          %o; 8; 10
          %#o; 8; 010
          %#o; 0; 0
          %O; 8; 0o10
          %x; 255; ff
          %X; 255; FF
          %#x; 255; 0xff
          %#X; -255; -0XFF
          %#06x; 255; 0x0000ff
          %d; -9223372036854775808; -9223372036854775808
          %x; -9223372036854775808; -8000000000000000
          %c; 233; é
          %c; 1114112; �
          %05c; 65; 0000A
          %q; 65; 'A'
          %q; 10; '\\n'
          %q; 39; '\\''
          %+q; 233; '\\u00e9'
          %q; 55296; '�'
          %U; 233; U+00E9
          %#U; 128512; U+1F600 '😀'
          %#U; 7; U+0007
          %.6U; 65; U+000041
          %10U|; 65; `    U+0041|`
          %U; -1; U+FFFFFFFFFFFFFFFF
          %e; 5; %!e(int=5)
          %6e; 5; %!e(int=     5)
          %#v; 5; 5
          %d; 123456789012345678901; 123456789012345678901
          %s; -123456789012345678901; -123456789012345678901
          %x; 18446744073709551616; 10000000000000000
          %#X; 340282366920938463463374607431768211455; 0XFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
          %025d; 123456789012345678901; 0000123456789012345678901
          %-25d|; 123456789012345678901; `123456789012345678901    |`
          %+v; 123456789012345678901; +123456789012345678901
          %.23d; 123456789012345678901; 00123456789012345678901
          %c; 123456789012345678901; %!c(big.Int=123456789012345678901)
          %w; 18446744073709551617; %!w(*big.Int=&{false [1 1]})
          """)
  void integers_print_as_in_go(String format, String operand, String expected) throws Exception {
    check(format, "[" + operand + "]", expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          %v; 1.0; 1
          %v; 1.5; 1.5
          %v; 1e2; 100
          %v; 100000.0; 100000
          %v; 1000000.0; 1e+06
          %v; 123456789.0; 1.23456789e+08
          %v; 1e21; 1e+21
          %v; 0.0001; 0.0001
          %v; 0.00001; 1e-05
          %v; 5e-324; 5e-324
          %v; 2e-323; 2e-323
          %v; 1.7976931348623157e308; 1.7976931348623157e+308
          %v; 9007199254740993.0; 9.007199254740992e+15
          %v; 2e-44; 2e-44
          %v; 1e400; 1e400
          %v; -0.0; -0
          %v; 0.1; 0.1
          %f; 0.1; 0.100000
          %.2f; 3.14159; 3.14
          %.0f; 2.5; 2
          %.0f; 3.5; 4
          %.1f; 0.25; 0.2
          %.1f; -0.01; -0.0
          %8.2f|; 3.14159; `    3.14|`
          %-8.2f|; 3.14159; `3.14    |`
          %08.2f; -3.14159; -0003.14
          %+.1f; 2.0; +2.0
          % .1f; 2.0; ` 2.0`
          %F; 1.5; 1.500000
          %.3F; 1.0e22; 10000000000000000000000.000
          %.25f; 0.1; 0.1000000000000000055511151
          %e; 1234.5678; 1.234568e+03
          %E; 0.00012; 1.200000E-04
          %.0e; 15.0; 2e+01
          %e; 0.0; 0.000000e+00
          %.2e; 1e100; 1.00e+100
          %g; 100000.5; 100000.5
          %g; 1e6; 1e+06
          %G; 1e-7; 1E-07
          %.3g; 1234.5678; 1.23e+03
          %.10g; 1234.5678; 1234.5678
          %.0g; 0.5; 0.5
          %#g; 1.0; 1.00000
          %#.3g; 100.0; 100.
          %#.0f; 2.0; 2.
          %#v; 1.0; 1
          %#v; 1000000.0; 1e+06
          %x; 1.5; 0x1.8p+00
          %X; 0.1; 0X1.999999999999AP-04
          %.2x; 1.999; 0x1.00p+01
          %.0x; 0.0; 0x0p+00
          %x; 5e-324; 0x1p-1074
          %b; 1.0; 4503599627370496p-52
          %b; 5e-324; 1p-1074
          %q; 1.5; %!q(float64=1.5)
          %08v; -1.5; -00001.5
          """)
  void fractions_print_as_in_go(String format, String operand, String expected) throws Exception {
    check(format, "[" + operand + "]", expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          %5s|; 'é'; `    é|`
          %-5s|; '😀'; `😀    |`
          %05s|; 'ab'; 000ab|
          %.2s; 'aé😀'; aé
          %5.1s|; 'xyz'; `    x|`
          %q; 'a"\\\\\\n\\t\\0'; "a\\"\\\\\\n\\t\\x00"
          %q; 'é😀'; "é😀"
          %+q; 'é😀'; "\\u00e9\\U0001f600"
          %#q; 'a"b'; `\\u0060a"b\\u0060`
          %#q; 'a\\nb'; "a\\nb"
          %.1q; 'abc'; "a"
          %8q|; 'abc'; `   "abc"|`
          %x; 'hé'; 68c3a9
          %X; 'hé'; 68C3A9
          %#x; 'hi'; 0x6869
          % x; 'hi'; 68 69
          %# x; 'hi'; 0x68 0x69
          %.1x; 'hi'; 68
          %6x|; 'hi'; `  6869|`
          %3x|; ''; `   |`
          %#v; 'a'; "a"
          %+v; 'a'; a
          %s; ['a', {'b': 1}]; ["a", {"b": 1}]
          %10s|; null; `      null|`
          """)
  void texts_print_as_in_go(String format, String operand, String expected) throws Exception {
    check(format, "[" + operand + "]", expected.replace("\\u0060", "`"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%9999999d", "%.9999999d", "%.9999999f", "%1000000s%1000000s"})
  void widths_are_paid_before_they_are_made(String format) {
    var context = new Called.Context(1_000_000);
    assertThatThrownBy(
            () -> Called.call(context, "sprintf", Value.of(format), Written.value("[1.5, 1]")))
        .isInstanceOf(Called.Exhausted.class);
  }

  @Test
  void brackets_that_never_close_do_not_take_the_square_of_the_time() {
    var context = new Called.Context(1_000_000);
    assertThatThrownBy(
            () -> Called.call(context, "sprintf", Value.of("%[".repeat(100_000)), ArrayValue.EMPTY))
        .isInstanceOf(Called.Exhausted.class);
  }
}
