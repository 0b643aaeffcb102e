package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sprintf}. */
class FormattingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      textBlock =
          """
          '%s is %d', ['a', 1] ; 'a is 1'
          '%v %v %v %v', ['a', 1, 1.5, null] ; 'a 1 1.5 null'
          '%v', [[1, 'a', {2}]] ; '[1, "a", {2}]'
          '%v %s', [{'a': true}, set()] ; '{"a": true} set()'
          '%s', [1] ; '%!s(int=1)'
          '%d', ['a'] ; '%!d(string=a)'
          '%d', [1.5] ; '%!d(float64=1.5)'
          '%t', [true] ; '%!t(string=true)'
          '%d', [] ; '%!d(MISSING)'
          'a', [1, 'b'] ; 'a%!(EXTRA int=1, string=b)'
          '%', [] ; '%!(NOVERB)'
          '%d%%', [5] ; '5%'
          '%5d|%-5d|%05d|%+d|% d', [42, 42, 42, 42, 42] ; '   42|42   |00042|+42| 42'
          '%x %X %#x %o %#o %O %b %#b', [255, 255, 255, 8, 8, 8, 5, 5] ; 'ff FF 0xff 10 010 0o10 101 0b101'
          '%c %q %U %#U', [65, 65, 128512, 128512] ; 'A ''A'' U+1F600 U+1F600 ''😀'''
          '%.3d|%6.3d|%.0d', [7, 7, 0] ; '007|   007|'
          '%x', [-255] ; '-ff'
          '%x|% x|%#x|%# x|%X|%.1x', ['hä', 'hä', 'hä', 'hä', 'hä', 'hä'] ; '68c3a4|68 c3 a4|0x68c3a4|0x68 0xc3 0xa4|68C3A4|68'
          '%q %+q %#q', ['a"ä\\n', 'ä', 'a"'] ; '"a\\\\"ä\\\\n" "\\\\u00e4" `a"`'
          '%5s|%-5s|%.2s|%05s', ['äb', 'äb', 'äbc', 'a'] ; '   äb|äb   |äb|0000a'
          '%f %.2f %e %g %G', [1.5, 1.005, 1500.5, 1e21, 1e-7] ; '1.500000 1.00 1.500500e+03 1e+21 1E-07'
          '%v %v %v', [1e3, 1234567.0, 0.00001] ; '1000 1.234567e+06 1e-05'
          '%8.3f|%-8.2f|%08.3f|%+.1f|%+08.2f', [3.14159, 3.14159, -3.14159, 2.5, 2.5] ; '   3.142|3.14    |-003.142|+2.5|+0002.50'
          '%.0f %.0f %.3g %#g %#.3g', [0.5, 1.5, 1234.5678, 1.5, 1e3] ; '0 2 1.23e+03 1.50000 1.00e+03'
          '%b %x %X %.1x', [1.5, 1.5, 1.5, 1.96875] ; '6755399441055744p-52 0x1.8p+00 0X1.8P+00 0x1.0p+01'
          '%d %s %v', [123456789012345678901, 123456789012345678901, 123456789012345678901] ; '123456789012345678901 123456789012345678901 123456789012345678901'
          '%x %25d %-25d| %+v %025d', [123456789012345678901, 123456789012345678901, 123456789012345678901, 123456789012345678901, -123456789012345678901] ; '6b14e9f812f366c35     123456789012345678901 123456789012345678901    | +123456789012345678901 -000123456789012345678901'
          '%t', [123456789012345678901] ; '%!t(big.Int=123456789012345678901)'
          '%w', ['a'] ; '%!w(string=a)'
          '%T %T %T %T', [1, 'a', 1.5, 123456789012345678901] ; 'int string float64 *big.Int'
          '%#v %+v %#v', ['a', 5, 5] ; '"a" 5 5'
          '%[2]d %[1]d', [1, 2] ; '2 1'
          '%[2]*[1]d', [7, 4] ; '   7'
          '%*d|%-*d|', [4, 7, 4, 7] ; '   7|7   |'
          '%*d', [-4, 7] ; '7   '
          '%*d', ['x', 7] ; '%!(BADWIDTH)7'
          '%.*f', [2, 1.234] ; '1.23'
          '%.*d', [-1, 7] ; '%!(BADPREC)7'
          '%[5]d', [1] ; '%!d(BADINDEX)'
          '%[x]d', [1] ; '%!d(BADINDEX)'
          '%[1]2d', [1] ; '%!d(BADINDEX)'
          '%[1', [1] ; '%!(NOVERB)'
          '%[3', [1] ; '%!(NOVERB)'
          '%z %é', [1, 'a'] ; '%!z(int=1) %!é(string=a)'
          '%6z', [1] ; '%!z(int=     1)'
          '%10000010d', [1] ; '%!(NOVERB)%!(EXTRA int=1)'
          '%.d', [5] ; '5'
          '%v %v', [5e-324, 1.7976931348623157e308] ; '5e-324 1.7976931348623157e+308'
          '%v', [1e400] ; '1e400'
          '%v %.1f', [-0.0, -0.0] ; '-0 -0.0'
          '%d %d', [9223372036854775807, -9223372036854775808] ; '9223372036854775807 -9223372036854775808'
          """)
  void sprintf_writes_what_go_writes(String args, String result) {
    Rows.check("sprintf", args.replace("''", "\\47"), result.replace("''", "\\47"));
  }

  @Test
  void a_width_is_paid_for_before_it_is_written() {
    var args = ArrayValue.owning(Value.of(1), Value.of(2));
    var poor = new Called.Context(1000);
    assertThatThrownBy(() -> Called.call(poor, "sprintf", Value.of("%999999d%d"), args))
        .isInstanceOf(Called.Exhausted.class);
  }
}
