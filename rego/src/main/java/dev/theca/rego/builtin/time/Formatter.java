package dev.theca.rego.builtin.time;

import java.time.LocalDateTime;
import java.util.function.Supplier;

/** Writes a time by a layout. */
final class Formatter {
  private final LocalDateTime time;
  private final int offset;
  private final Supplier<String> zone;
  private final StringBuilder out = new StringBuilder();

  private Formatter(LocalDateTime time, int offset, Supplier<String> zone) {
    this.time = time;
    this.offset = offset;
    this.zone = zone;
  }

  /** The time of a place, with its offset in seconds and the abbreviation of its zone. */
  static String format(LocalDateTime time, int offset, Supplier<String> zone, String layout) {
    return new Formatter(time, offset, zone).all(layout);
  }

  private String all(String layout) {
    for (int at = 0; at < layout.length(); ) {
      var part = Layout.next(layout, at);
      out.append(layout, part.from(), part.at());
      write(part);
      at = part.to();
    }
    return out.toString();
  }

  private void write(Layout part) {
    int hour12 = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    switch (part.field()) {
      case NONE -> {}
      case YEAR -> number(time.getYear() % 100, 2);
      case LONG_YEAR -> number(time.getYear(), 4);
      case MONTH -> out.append(Names.month(time.getMonthValue()), 0, 3);
      case LONG_MONTH -> out.append(Names.month(time.getMonthValue()));
      case NUMBER_MONTH -> number(time.getMonthValue(), 1);
      case ZERO_MONTH -> number(time.getMonthValue(), 2);
      case WEEKDAY -> out.append(Names.day(time), 0, 3);
      case LONG_WEEKDAY -> out.append(Names.day(time));
      case DAY -> number(time.getDayOfMonth(), 1);
      case SPACE_DAY -> spaced(time.getDayOfMonth(), 2);
      case ZERO_DAY -> number(time.getDayOfMonth(), 2);
      case SPACE_YEAR_DAY -> spaced(time.getDayOfYear(), 3);
      case ZERO_YEAR_DAY -> number(time.getDayOfYear(), 3);
      case HOUR -> number(time.getHour(), 2);
      case HOUR_12 -> number(hour12, 1);
      case ZERO_HOUR_12 -> number(hour12, 2);
      case MINUTE -> number(time.getMinute(), 1);
      case ZERO_MINUTE -> number(time.getMinute(), 2);
      case SECOND -> number(time.getSecond(), 1);
      case ZERO_SECOND -> number(time.getSecond(), 2);
      case UPPER_PM -> out.append(time.getHour() >= 12 ? "PM" : "AM");
      case LOWER_PM -> out.append(time.getHour() >= 12 ? "pm" : "am");
      case ZONE_NAME -> out.append(zone.get());
      case Z_HHMM, Z_HHMMSS, Z_HH, Z_HH_MM, Z_HH_MM_SS, HHMM, HHMMSS, HH, HH_MM, HH_MM_SS ->
          offset(part.field());
      case FRACTION, SHORT_FRACTION -> fraction(part);
    }
  }

  private void number(int value, int width) {
    Digits.pad(out, value, width);
  }

  private void spaced(int value, int width) {
    out.repeat(' ', width - Integer.toString(value).length()).append(value);
  }

  private void offset(Field field) {
    if (offset == 0 && field.isZuluOffset()) {
      out.append('Z');
      return;
    }
    int minutes = Math.abs(offset / 60);
    // the sign is that of the whole minutes: -00:00:30 shows as +00:00
    out.append(offset / 60 < 0 ? '-' : '+');
    number(minutes / 60, 2);
    if (field.hasColon()) out.append(':');
    if (field.hasMinutes()) number(minutes % 60, 2);
    if (!field.hasSeconds()) return;
    if (field.hasColon()) out.append(':');
    number((offset / 60 < 0 ? -offset : offset) % 60, 2);
  }

  private void fraction(Layout part) {
    boolean brief = part.field() == Field.SHORT_FRACTION;
    if (brief && (part.digits() == 0 || time.getNano() == 0)) return;
    int dot = out.length();
    out.append(part.separator());
    number(time.getNano(), 9);
    out.setLength(dot + 1 + Math.min(9, part.digits()));
    if (!brief) return;
    while (out.charAt(out.length() - 1) == '0') out.setLength(out.length() - 1);
    if (out.length() == dot + 1) out.setLength(dot);
  }
}
