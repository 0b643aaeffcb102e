package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTest {
  /** 2018-02-09T12:00:00.123456789Z, a Friday. */
  private static final long FRIDAY = 1_518_177_600_123_456_789L;

  @Test
  void the_present_is_what_the_caller_says() {
    assertThat(Called.shown("time.now_ns")).isEqualTo(Long.toString(Called.NOW));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2017-06-02T19:00:00-07:00 | 1496455200000000000",
        "1677-09-21T00:12:43.145224192Z | -9223372036854775808",
        "1677-09-21T00:12:43.145224191Z | fault: time outside of valid range",
        "2262-04-11T23:47:16.854775807-00:00 | 9223372036854775807",
        "2262-04-11T23:47:16.854775808Z | fault: time outside of valid range",
        "0001-01-01T00:00:00Z | fault: time outside of valid range",
        "1970-01-01T00:00:00,5Z | 500000000",
        "1970-01-01T0:00:01Z | 1000000000",
        "1970-02-30T00:00:00Z | fault: parsing time \"1970-02-30T00:00:00Z\": day out of range",
        "1970-13-01T00:00:00Z | fault: parsing time \"1970-13-01T00:00:00Z\": month out of range",
        "1970-01-01T00:00:00Zx | fault: parsing time \"1970-01-01T00:00:00Zx\": extra text: \"x\"",
        "soon | fault: parsing time \"soon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"soon\""
            + " as \"2006\"",
      })
  void rfc_3339_is_read_as_go_reads_it(String text, String expected) {
    assertThat(Called.shown("time.parse_rfc3339_ns", Value.of(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ANSIC | Fri Feb  9 12:00:00 2018 | 1518177600000000000",
        "UnixDate | fri FEB  9 12:00:00 UTC 2018 | 1518177600000000000",
        "UnixDate | Fri Feb  9 12:00:00 PST 2018 | 1518177600000000000",
        "RubyDate | Fri Feb 09 12:00:00 +0100 2018 | 1518174000000000000",
        "RFC822 | 09 Feb 18 12:00 GMT+3 | 1518177600000000000",
        "RFC822Z | 09 Feb 69 12:00 -0030 | -28121400000000000",
        "RFC850 | Friday, 09-Feb-18 12:00:00 WITA | 1518177600000000000",
        "RFC1123 | Fri, 09 Feb 2018 12:00:00 MST | 1518177600000000000",
        "RFC3339Nano | 2018-02-09T12:00:00.1234567899Z | 1518177600123456789",
        "2006-01-02 03:04PM | 2018-02-09 12:00AM | 1518134400000000000",
        "2006-01-02 3:4:5pm | 2018-02-09 1:2:3pm | 1518181323000000000",
        "2006 002 | 2020 060 | 1582934400000000000",
        "2006 __2 | 2018   9 | 1515456000000000000",
        "2006-01-02T15:04:05.000 | 2018-02-09T12:00:00.123 | 1518177600123000000",
        "2006-01-02T15:04:05.999 | 2018-02-09T12:00:00 | 1518177600000000000",
        "2006-01-02Z07:00:00 | 2018-02-09+01:00:30 | 1518130770000000000",
        "January _2 2006 | February 9 2018 | 1518134400000000000",
        "2006 01 01 | 2018 02 2 | fault: parsing time \"2018 02 2\" as \"2006 01 01\": cannot parse"
            + " \"2\" as \"01\"",
        "2006 002 01 | 2018 040 01 | fault: parsing time \"2018 040 01\": day-of-year does not match"
            + " month",
        "15:04 | 25:00 | fault: parsing time \"25:00\": hour out of range",
        "MST | Utc | fault: parsing time \"Utc\" as \"MST\": cannot parse \"Utc\" as \"MST\"",
        "-0700 2006 | +2500 2018 | fault: parsing time \"+2500 2018\": time zone offset hour out of"
            + " range",
        "2006.000 | 2018.1 | fault: parsing time \"2018.1\" as \"2006.000\": cannot parse \".1\" as"
            + " \".000\"",
      })
  void layouts_are_written_in_the_reference_time(String layout, String text, String expected) {
    assertThat(Called.shown("time.parse_ns", Value.of(layout), Value.of(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1h15m30.918s | 4530918000000",
        "-1.5h | -5400000000000",
        "0 | 0",
        "+3µs | 3000",
        "2μs | 2000",
        "1h1h | 7200000000000",
        ".5ms | 500000",
        "9223372036854775807ns | 9223372036854775807",
        "-9223372036854775808ns | -9223372036854775808",
        "9223372036854775808ns | fault: time: invalid duration \"9223372036854775808ns\"",
        "3000000h | fault: time: invalid duration \"3000000h\"",
        "3 | fault: time: missing unit in duration \"3\"",
        "3d | fault: time: unknown unit \"d\" in duration \"3d\"",
        ".s | fault: time: invalid duration \".s\"",
        "'' | fault: time: invalid duration \"\"",
      })
  void spans_have_units(String text, String expected) {
    assertThat(Called.shown("time.parse_duration_ns", Value.of(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | '' | 2018-02-09T12:00:00.123456789Z",
        "America/New_York | '' | 2018-02-09T07:00:00.123456789-05:00",
        "America/New_York | RFC3339 | 2018-02-09T07:00:00-05:00",
        "America/New_York | UnixDate | Fri Feb  9 07:00:00 EST 2018",
        "America/Sao_Paulo | RFC850 | Friday, 09-Feb-18 10:00:00 -02",
        "Asia/Kolkata | RFC822Z | 09 Feb 18 17:30 +0530",
        "EST | RFC1123 | Fri, 09 Feb 2018 07:00:00 EST",
        "Local | RFC1123 | Fri, 09 Feb 2018 12:00:00 UTC",
        "UTC | 3:4:5pm __2 002 _2 1 Z0700 -07 .000 ,99 | 12:0:0pm  40 040  9 2 Z +00 .123 ,12",
        "UTC | Month Jan January Monday é 06 | Month Feb February Friday é 18",
        "UTC | 05.000000000000 .9990 | 00.123456789 .9990",
        "Nowhere/City | '' | fault: unknown time zone Nowhere/City",
        "GMT+2 | '' | fault: unknown time zone GMT+2",
        "+02:00 | '' | fault: unknown time zone +02:00",
        "utc | '' | fault: unknown time zone utc",
      })
  void a_time_is_shown_at_a_place_by_a_layout(String zone, String layout, String expected) {
    var at = ArrayValue.owning(Value.of(FRIDAY), Value.of(zone), Value.of(layout));
    String shown = Called.shown("time.format", at);
    assertThat(shown.replaceAll("^\"|\"$", "")).isEqualTo(expected);
  }

  @Test
  void summer_has_another_abbreviation_than_winter() {
    var at =
        ArrayValue.owning(
            Value.of(FRIDAY + 180L * 86_400_000_000_000L),
            Value.of("Europe/Berlin"),
            Value.of("MST -0700"));
    assertThat(Called.shown("time.format", at)).isEqualTo("\"CEST +0200\"");
  }

  @Test
  void date_clock_and_weekday_are_those_of_the_place() {
    var tokyo = ArrayValue.owning(Value.of(FRIDAY), Value.of("Pacific/Auckland"));
    assertThat(Called.shown("time.date", Value.of(FRIDAY))).isEqualTo("[2018, 2, 9]");
    assertThat(Called.shown("time.clock", Value.of(FRIDAY))).isEqualTo("[12, 0, 0]");
    assertThat(Called.shown("time.weekday", Value.of(FRIDAY))).isEqualTo("\"Friday\"");
    assertThat(Called.shown("time.date", tokyo)).isEqualTo("[2018, 2, 10]");
    assertThat(Called.shown("time.clock", tokyo)).isEqualTo("[1, 0, 0]");
    assertThat(Called.shown("time.weekday", tokyo)).isEqualTo("\"Saturday\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UTC | 0 | 0 | 0 | 2018-02-09T12:00:00.123456789Z",
        "UTC | 1 | 1 | 1 | 2019-03-10T12:00:00.123456789Z",
        "UTC | 0 | -26 | 21 | 2015-12-30T12:00:00.123456789Z",
        "UTC | 0 | 0 | 20 | 2018-03-01T12:00:00.123456789Z",
        "America/New_York | 0 | 0 | 60 | 2018-04-10T11:00:00.123456789Z",
      })
  void dates_are_added_on_the_calendar(
      String zone, int years, int months, int days, String expected) throws Exception {
    var at = ArrayValue.owning(Value.of(FRIDAY), Value.of(zone));
    var sum = Called.call("time.add_date", at, Value.of(years), Value.of(months), Value.of(days));
    assertThat(Called.shown("time.format", java.util.Objects.requireNonNull(sum)))
        .isEqualTo('"' + expected + '"');
  }

  @ParameterizedTest
  @CsvSource({"300, 0, 0", "0, 0, 9223372036854775807", "-500, 0, 0"})
  void a_date_beyond_64_bits_of_nanoseconds_is_a_fault(long years, long months, long days) {
    assertThat(
            Called.shown(
                "time.add_date",
                Value.of(FRIDAY),
                Value.of(years),
                Value.of(months),
                Value.of(days)))
        .isEqualTo("fault: time outside of valid range");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2018-01-31T00:00:00Z | 2018-03-01T00:00:00Z | [0, 1, 1, 0, 0, 0]",
        "2018-03-01T00:00:00Z | 2018-01-31T00:00:00Z | [0, 1, 1, 0, 0, 0]",
        "2017-12-31T23:59:59Z | 2018-01-01T00:00:00Z | [0, 0, 0, 0, 0, 1]",
        "2016-02-29T12:00:00Z | 2018-02-28T11:00:00Z | [1, 11, 27, 23, 0, 0]",
      })
  void times_are_apart_by_fields_of_the_calendar(String a, String b, String expected)
      throws Exception {
    var from = java.util.Objects.requireNonNull(Called.call("time.parse_rfc3339_ns", Value.of(a)));
    var to = java.util.Objects.requireNonNull(Called.call("time.parse_rfc3339_ns", Value.of(b)));
    assertThat(Called.shown("time.diff", from, to)).isEqualTo(expected);
  }

  @Test
  void what_is_no_whole_nanosecond_of_64_bits_is_a_fault() {
    assertThat(Called.shown("time.date", NumberValue.parse("1.5")))
        .isEqualTo("fault: timestamp too big");
    assertThat(Called.shown("time.date", NumberValue.parse("1e30")))
        .isEqualTo("fault: timestamp too big");
    assertThat(Called.shown("time.date", ArrayValue.EMPTY))
        .isEqualTo(
            "fault: operand 1 must be either number (ns) or [number (ns), string (tz)] but got"
                + " array");
    assertThat(Called.shown("time.date", ArrayValue.owning(Value.of("x"))))
        .isEqualTo("fault: operand 1 must be number but got string");
  }
}
