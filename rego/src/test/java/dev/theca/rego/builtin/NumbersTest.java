package dev.theca.rego.builtin;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arithmetic, rounding, ranges, bits, units, totals and casts. */
class NumbersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          plus | 1, 2 | 3
          plus | 9223372036854775807, 1 | 9223372036854775808
          plus | 0.1, 0.2 | 0.3
          plus | 1.5, 1.5 | 3
          plus | 1.0, 2 | 3
          plus | 1e3, 2 | 1002
          plus | 123456789012345678901234567890, 1 | 123456789012345678901234567891
          plus | 1e300, 0.5 | 1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
          minus | 1, 2 | -1
          minus | -9223372036854775807, 2 | -9223372036854775809
          minus | 0.3, 0.1 | 0.20000000000000000002
          minus | {1, 2, 3}, {2} | {1, 3}
          minus | {1}, {1} | set()
          minus | {1}, 1 | fault: operand 2 must be set but got number
          minus | 1, {1} | fault: operand 2 must be number but got set
          mul | 1e3, 1.5 | 1500
          mul | 3037000500, 3037000500 | 9223372037000250000
          mul | -4294967296, 4294967296 | -18446744073709551616
          mul | 0.1, 3 | 0.3
          mul | 1e6000, 1e6000 | fault: number out of range
          div | 1, 3 | 0.33333333333333333334
          div | 10, 3 | 3.3333333333333333333
          div | 10, 4 | 2.5
          div | 10, 5 | 2
          div | 0, 5 | 0
          div | 0, -5 | -0
          div | -7, 2 | -3.5
          div | 2, 3 | 0.6666666666666666667
          div | 10000000, 3 | 3.3333333333333333333e+06
          div | 1, 100000 | 1e-05
          div | 1, 0 | fault: divide by zero
          div | 1, 0.0 | fault: divide by zero
          div | 100000000000000000000, 10 | 10000000000000000000
          rem | 7, 3 | 1
          rem | -7, 3 | -1
          rem | 7.0, 3 | 1
          rem | 7.5, 3 | fault: modulo on floating-point number
          rem | 7, 0 | fault: modulo by zero
          rem | 10, 18446744073709551616 | 10
          abs | -3 | 3
          abs | -2.5 | 2.5
          abs | -9223372036854775808 | 9223372036854775808
          round | 2.5 | 3
          round | -2.5 | -3
          round | 2.4 | 2
          round | 7 | 7
          ceil | 2.1 | 3
          ceil | -2.1 | -2
          ceil | 2.0 | 2
          floor | 2.9 | 2
          floor | -2.1 | -3
          floor | 0.5 | 0
          """)
  void arithmetic_gives_what_open_policy_agent_gives(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          numbers.range | 1, 3 | [1, 2, 3]
          numbers.range | 3, 1 | [3, 2, 1]
          numbers.range | 2, 2 | [2]
          numbers.range | 18446744073709551616, 18446744073709551617 | [18446744073709551616, 18446744073709551617]
          numbers.range | 1, 2.5 | fault: operand 2 must be integer number but got floating-point number
          numbers.range_step | 0, 10, 4 | [0, 4, 8]
          numbers.range_step | 10, 0, 4 | [10, 6, 2]
          numbers.range_step | 0, 1, 0 | fault: numbers.range_step: step must be a positive integer
          bits.and | 6, 3 | 2
          bits.or | 6, 3 | 7
          bits.xor | 6, 3 | 5
          bits.and | -1, 18446744073709551616 | 18446744073709551616
          bits.negate | 5 | -6
          bits.lsh | 1, 64 | 18446744073709551616
          bits.lsh | 1, 2.0 | 4
          bits.lsh | 0, 99999999999 | 0
          bits.lsh | 1, 99999999999 | fault: number out of range
          bits.rsh | -5, 1 | -3
          bits.rsh | 5, 99999999999 | 0
          bits.rsh | 5, -1 | fault: operand 2 must be an unsigned integer number but got a negative integer
          bits.or | 1.5, 1 | fault: operand 1 must be integer number but got floating-point number
          format_int | 255, 16 | 'ff'
          format_int | -255, 16 | '-ff'
          format_int | 15.9, 2 | '1111'
          format_int | -15.9, 10 | '-15'
          format_int | 18446744073709551617, 16 | '10000000000000001'
          format_int | 5, 3 | fault: operand 2 must be one of {2, 8, 10, 16}
          units.parse | '10' | 10
          units.parse | '1.5K' | 1500
          units.parse | '10Mi' | 10485760
          units.parse | '10MI' | 10485760
          units.parse | '0.5Ki' | 512
          units.parse | '100m' | 0.1000000000
          units.parse | '1000m' | 1.0000000000
          units.parse | '0.25' | 0.2500000000
          units.parse | '1e3k' | 1000000
          units.parse | '2E' | 2000000000000000000
          units.parse | '-3k' | -3000
          units.parse | '1e-9999' | 0.0000000000
          units.parse | '' | fault: units.parse: no amount provided
          units.parse | 'Gi' | fault: units.parse: no amount provided
          units.parse | '1 k' | fault: units.parse: spaces not allowed in resource strings
          units.parse | '10foo' | fault: units.parse: unit foo not recognized
          units.parse | '1-2k' | fault: units.parse: could not parse amount to a number
          units.parse | '1e1234567' | fault: units.parse: exponent too large
          units.parse | '1e999999' | fault: units.parse: exponent too large
          units.parse_bytes | '10KB' | 10000
          units.parse_bytes | '10KiB' | 10240
          units.parse_bytes | '1.5gb' | 1500000000
          units.parse_bytes | '0.1k' | 100
          units.parse_bytes | '1.9' | 1
          units.parse_bytes | '7m' | 7000000
          units.parse_bytes | '10foo' | fault: units.parse_bytes: byte unit foo not recognized
          units.parse_bytes | 'kb' | fault: units.parse_bytes: no byte amount provided
          units.parse_bytes | '1..2kb' | fault: units.parse_bytes: could not parse byte amount to a number
          """)
  void ranges_bits_and_units_give_what_open_policy_agent_gives(
      String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          count | [1, 1] | 2
          count | {1, 2} | 2
          count | {'a': 1} | 1
          count | 'häh😀' | 4
          sum | [1, 2, 3] | 6
          sum | [] | 0
          sum | {1, 2.5} | 3.5
          sum | [0.1, 0.2] | 0.3
          sum | [9223372036854775807, 1] | 9223372036854775808
          sum | [1, 'a'] | fault: operand 1 must be array of numbers but got array containing string
          sum | [0.5, {1}] | fault: operand 1 must be array of numbers but got array containing set
          product | [2, 3, 4] | 24
          product | set() | 1
          product | [0.1, 0.1] | 0.01
          max | [1, 3, 2] | 3
          max | [1, 'a'] | 'a'
          max | [1, 1.0] | 1.0
          max | [] | undefined
          min | {3, 1} | 1
          min | [] | undefined
          sort | [3, 1, 'a', null] | [null, 1, 3, 'a']
          sort | {3, 1} | [1, 3]
          any | [false, true] | true
          any | set() | false
          all | [true, true] | true
          all | [true, 1] | false
          all | [] | true
          type_name | set() | 'set'
          type_name | null | 'null'
          is_number | 1 | true
          is_number | '1' | false
          is_set | {} | false
          is_object | {} | true
          cast_array | {2, 1} | [1, 2]
          cast_array | {} | fault: operand 1 must be one of {array, set} but got object
          cast_set | [1, 1] | {1}
          cast_string | 1 | fault: operand 1 must be string but got number
          cast_boolean | true | true
          cast_null | null | null
          cast_object | {'a': 1} | {'a': 1}
          to_number | null | 0
          to_number | true | 1
          to_number | 1.50 | 1.50
          to_number | '1.50' | 1.50
          to_number | '-7' | -7
          to_number | '+7' | 7
          to_number | '.5' | 0.5
          to_number | '1e3' | 1e3
          to_number | '0x1p-2' | 0.25
          to_number | '007' | 7
          to_number | 'abc' | fault: strconv.ParseFloat: parsing "abc": invalid syntax
          to_number | '' | fault: strconv.ParseFloat: parsing "": invalid syntax
          to_number | '1e400' | fault: value out of range
          to_number | '-Inf' | fault: operand 1 must be valid number string but got string
          """)
  void totals_and_casts_give_what_open_policy_agent_gives(String name, String args, String result) {
    Rows.check(name, args, result);
  }
}
