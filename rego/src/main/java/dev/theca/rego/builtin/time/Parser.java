package dev.theca.rego.builtin.time;

import dev.theca.rego.spi.BuiltinFault;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Reads a time by a layout. A zone that is given as an abbreviation other than UTC counts as an
 * offset of 0, since the machine has no zone of its own here.
 */
final class Parser {
  private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

  private final String layout;
  private final Scan value;
  private int year;
  private int month = -1;
  private int day = -1;
  private int yearDay = -1;
  private int hour;
  private int minute;
  private int second;
  private int nanos;
  private boolean am;
  private boolean pm;
  private boolean zulu;
  private int offset = -1;

  private Parser(String layout, String value) {
    this.layout = layout;
    this.value = new Scan(layout, value);
  }

  /** Nanoseconds since 1970, which may be more than 64 bits hold. */
  static BigInteger parse(String layout, String value) throws BuiltinFault {
    return new Parser(layout, value).all();
  }

  private BigInteger all() throws BuiltinFault {
    for (int at = 0; ; ) {
      var part = Layout.next(layout, at);
      value.skip(layout.substring(part.from(), part.at()));
      if (part.field() == Field.NONE) break;
      at = part.to();
      value.element(layout.substring(part.at(), part.to()));
      read(part, at);
    }
    value.end();
    if (pm && hour < 12) hour += 12;
    else if (am && hour == 12) hour = 0;
    if (yearDay >= 0) fromYearDay();
    if (month < 0) month = 1;
    if (day < 0) day = 1;
    if (day < 1 || day > YearMonth.of(year, month).lengthOfMonth())
      throw value.fault(": day out of range");
    long seconds =
        LocalDateTime.of(year, month, day, hour, minute, second).toEpochSecond(ZoneOffset.UTC);
    if (!zulu && offset != -1) seconds -= offset;
    return BigInteger.valueOf(seconds).multiply(BILLION).add(BigInteger.valueOf(nanos));
  }

  private void read(Layout part, int next) throws BuiltinFault {
    switch (part.field()) {
      case NONE -> {}
      case YEAR -> {
        int two = value.signed(2);
        year = two >= 69 ? two + 1900 : two + 2000;
      }
      case LONG_YEAR -> {
        value.mustBeDigit();
        year = value.signed(4);
      }
      case MONTH -> month = value.name(Names.SHORT_MONTHS) + 1;
      case LONG_MONTH -> month = value.name(Names.MONTHS) + 1;
      case NUMBER_MONTH, ZERO_MONTH -> {
        month = value.number(part.field() == Field.ZERO_MONTH);
        value.range(month >= 1 && month <= 12, "month");
      }
      case WEEKDAY -> value.name(Names.SHORT_DAYS);
      case LONG_WEEKDAY -> value.name(Names.DAYS);
      case DAY, SPACE_DAY, ZERO_DAY -> {
        if (part.field() == Field.SPACE_DAY) value.space();
        day = value.number(part.field() == Field.ZERO_DAY);
      }
      case SPACE_YEAR_DAY, ZERO_YEAR_DAY -> {
        if (part.field() == Field.SPACE_YEAR_DAY) for (int i = 0; i < 2; i++) value.space();
        yearDay = value.number3(part.field() == Field.ZERO_YEAR_DAY);
      }
      case HOUR -> {
        hour = value.number(false);
        value.range(hour < 24, "hour");
      }
      case HOUR_12, ZERO_HOUR_12 -> {
        hour = value.number(part.field() == Field.ZERO_HOUR_12);
        value.range(hour <= 12, "hour");
      }
      case MINUTE, ZERO_MINUTE -> {
        minute = value.number(part.field() == Field.ZERO_MINUTE);
        value.range(minute < 60, "minute");
      }
      case SECOND, ZERO_SECOND -> {
        second = value.number(part.field() == Field.ZERO_SECOND);
        value.range(second < 60, "second");
        // a fraction may follow though the layout has none
        if (value.fractionFollows() && !Layout.next(layout, next).field().isFraction())
          nanos = value.anyFraction();
      }
      case UPPER_PM -> half("AM", "PM");
      case LOWER_PM -> half("am", "pm");
      case ZONE_NAME -> {
        if (value.take("UTC")) zulu = true;
        else value.zoneName();
      }
      case Z_HHMM, Z_HHMMSS, Z_HH, Z_HH_MM, Z_HH_MM_SS -> {
        if (value.take("Z")) zulu = true;
        else offset = value.offset(part.field());
      }
      case HHMM, HHMMSS, HH, HH_MM, HH_MM_SS -> offset = value.offset(part.field());
      case FRACTION -> nanos = value.fraction(part.digits());
      case SHORT_FRACTION -> {
        if (value.fractionFollows()) nanos = value.anyFraction();
      }
    }
  }

  private void half(String morning, String evening) throws BuiltinFault {
    if (value.take(evening)) pm = true;
    else if (value.take(morning)) am = true;
    else throw value.bad();
  }

  /** A day of the year, which must agree with the month and the day where they are given. */
  private void fromYearDay() throws BuiltinFault {
    if (yearDay < 1 || yearDay > Year.of(year).length())
      throw value.fault(": day-of-year out of range");
    var date = Year.of(year).atDay(yearDay);
    if (month >= 0 && month != date.getMonthValue())
      throw value.fault(": day-of-year does not match month");
    month = date.getMonthValue();
    if (day >= 0 && day != date.getDayOfMonth())
      throw value.fault(": day-of-year does not match day");
    day = date.getDayOfMonth();
  }
}
