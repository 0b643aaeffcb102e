package dev.theca.rego.builtin.time;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * A point in time at a place, as functions take it: {@code ns}, {@code [ns, zone]} or {@code [ns,
 * zone, layout]}.
 */
record Moment(Instant instant, Zone zone, String layout) {
  /** More years, months or days than this lead out of the range whatever they are added to. */
  private static final long FAR = 100_000_000;

  static final String FORMS = "either number (ns) or [number (ns), string (tz)]";

  static Moment of(Value argument) throws BuiltinFault {
    if (!(argument instanceof ArrayValue array)) return new Moment(instant(argument), Zone.UTC, "");
    if (array.size() == 0)
      throw BuiltinFault.operand("operand 1 must be " + FORMS + " but got array");
    var zone = array.size() > 1 ? Zone.named(text(array.item(1))) : Zone.UTC;
    return new Moment(instant(array.item(0)), zone, array.size() > 2 ? text(array.item(2)) : "");
  }

  private static Instant instant(Value nanos) throws BuiltinFault {
    if (!(nanos instanceof NumberValue number)) throw kind("number", nanos);
    try {
      long exact = number.isLong() ? number.longValue() : number.decimal().longValueExact();
      return Instant.ofEpochSecond(0, exact);
    } catch (ArithmeticException e) {
      throw new BuiltinFault("timestamp too big");
    }
  }

  /** One char for each byte. */
  private static String text(Value value) throws BuiltinFault {
    if (!(value instanceof TextValue text)) throw kind("string", value);
    return bytes(text);
  }

  /** A text as one char for each of its bytes, which is how Go's layouts work. */
  static String bytes(TextValue text) {
    return new String(text.bytes(), StandardCharsets.ISO_8859_1);
  }

  private static BuiltinFault kind(String expected, Value found) {
    return BuiltinFault.operand(
        "operand 1 must be " + expected + " but got " + found.kind().word());
  }

  /** Date and clock at the place. */
  LocalDateTime local() {
    return LocalDateTime.ofInstant(instant, ZoneOffset.ofTotalSeconds(zone.offset(instant)));
  }

  String format() {
    String form = layout.isEmpty() ? Layout.RFC3339_NANO : Layout.named(layout);
    return Formatter.format(local(), zone.offset(instant), () -> zone.abbreviation(instant), form);
  }

  /** The same clock on another day; days beyond the end of a month run into the next. */
  Value plus(long years, long months, long days) throws BuiltinFault {
    if (beyond(years, FAR) || beyond(months, FAR) || beyond(days, FAR)) throw range();
    var here = local();
    long month = Math.addExact((here.getYear() + years) * 12, here.getMonthValue() - 1 + months);
    // what 64 bits of nanoseconds hold lies within three centuries of 1970
    if (beyond(month, 100_000 * 12L) || beyond(days, 40_000_000)) throw range();
    var date =
        LocalDate.of((int) Math.floorDiv(month, 12), Math.floorMod(month, 12) + 1, 1)
            .plusDays(here.getDayOfMonth() - 1 + days);
    long seconds = zone.seconds(date.atTime(here.toLocalTime()));
    return nanos(
        BigInteger.valueOf(seconds)
            .multiply(BigInteger.valueOf(1_000_000_000))
            .add(BigInteger.valueOf(here.getNano())));
  }

  private static boolean beyond(long value, long far) {
    return value > far || value < -far;
  }

  /** Nanoseconds as a number, which 64 bits must hold. */
  static Value nanos(BigInteger nanos) throws BuiltinFault {
    if (nanos.bitLength() > 63) throw range();
    return Value.of(nanos.longValue());
  }

  private static BuiltinFault range() {
    return new BuiltinFault("time outside of valid range");
  }
}
