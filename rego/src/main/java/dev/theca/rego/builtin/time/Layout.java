package dev.theca.rego.builtin.time;

import java.util.Map;

/**
 * Cuts a layout into plain text and elements, as Go's package {@code time} reads it. Layouts and
 * times are handled as bytes, one per char.
 *
 * @param from where the plain text before the element begins
 * @param at where the element begins
 * @param to where it ends
 * @param field what it is; {@link Field#NONE} ends the layout
 * @param digits of a fraction
 * @param separator before a fraction
 */
record Layout(int from, int at, int to, Field field, int digits, char separator) {
  static final String RFC3339 = "2006-01-02T15:04:05Z07:00";
  static final String RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";

  private static final Map<String, String> NAMED =
      Map.of(
          "ANSIC", "Mon Jan _2 15:04:05 2006",
          "UnixDate", "Mon Jan _2 15:04:05 MST 2006",
          "RubyDate", "Mon Jan 02 15:04:05 -0700 2006",
          "RFC822", "02 Jan 06 15:04 MST",
          "RFC822Z", "02 Jan 06 15:04 -0700",
          "RFC850", "Monday, 02-Jan-06 15:04:05 MST",
          "RFC1123", "Mon, 02 Jan 2006 15:04:05 MST",
          "RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700",
          "RFC3339", RFC3339,
          "RFC3339Nano", RFC3339_NANO);

  /** The layout of this name, or the text itself. */
  static String named(String text) {
    return NAMED.getOrDefault(text, text);
  }

  /** The next element at or after {@code from}. */
  static Layout next(String layout, int from) {
    for (int i = from; i < layout.length(); i++) {
      Layout found = at(layout, from, i);
      if (found != null) return found;
    }
    return new Layout(from, layout.length(), layout.length(), Field.NONE, 0, '.');
  }

  private static @org.jspecify.annotations.Nullable Layout at(String layout, int from, int i) {
    return switch (layout.charAt(i)) {
      case 'J' -> word(layout, from, i, "January", Field.LONG_MONTH, "Jan", Field.MONTH);
      case 'M' -> {
        var day = word(layout, from, i, "Monday", Field.LONG_WEEKDAY, "Mon", Field.WEEKDAY);
        yield day != null ? day : first(layout, from, i, "MST", Field.ZONE_NAME);
      }
      case '0' ->
          first(
              layout,
              from,
              i,
              "01",
              Field.ZERO_MONTH,
              "02",
              Field.ZERO_DAY,
              "03",
              Field.ZERO_HOUR_12,
              "04",
              Field.ZERO_MINUTE,
              "05",
              Field.ZERO_SECOND,
              "06",
              Field.YEAR,
              "002",
              Field.ZERO_YEAR_DAY);
      case '1' -> first(layout, from, i, "15", Field.HOUR, "1", Field.NUMBER_MONTH);
      case '2' -> first(layout, from, i, "2006", Field.LONG_YEAR, "2", Field.DAY);
      case '_' ->
          layout.startsWith("_2006", i)
              ? first(layout, from, i + 1, "2006", Field.LONG_YEAR)
              : first(layout, from, i, "_2", Field.SPACE_DAY, "__2", Field.SPACE_YEAR_DAY);
      case '3' -> first(layout, from, i, "3", Field.HOUR_12);
      case '4' -> first(layout, from, i, "4", Field.MINUTE);
      case '5' -> first(layout, from, i, "5", Field.SECOND);
      case 'P' -> first(layout, from, i, "PM", Field.UPPER_PM);
      case 'p' -> first(layout, from, i, "pm", Field.LOWER_PM);
      case '-' ->
          first(
              layout,
              from,
              i,
              "-070000",
              Field.HHMMSS,
              "-07:00:00",
              Field.HH_MM_SS,
              "-0700",
              Field.HHMM,
              "-07:00",
              Field.HH_MM,
              "-07",
              Field.HH);
      case 'Z' ->
          first(
              layout,
              from,
              i,
              "Z070000",
              Field.Z_HHMMSS,
              "Z07:00:00",
              Field.Z_HH_MM_SS,
              "Z0700",
              Field.Z_HHMM,
              "Z07:00",
              Field.Z_HH_MM,
              "Z07",
              Field.Z_HH);
      case '.', ',' -> fraction(layout, from, i);
      default -> null;
    };
  }

  /** The first of these texts (each with its field after it) that stands here. */
  private static @org.jspecify.annotations.Nullable Layout first(
      String layout, int from, int i, Object... pairs) {
    for (int p = 0; p < pairs.length; p += 2) {
      String text = (String) pairs[p];
      if (layout.startsWith(text, i))
        return new Layout(from, i, i + text.length(), (Field) pairs[p + 1], 0, '.');
    }
    return null;
  }

  /** The long word, or the short one unless a small letter goes on: "Month" holds no "Mon". */
  private static @org.jspecify.annotations.Nullable Layout word(
      String layout, int from, int i, String full, Field longField, String brief, Field field) {
    var found = first(layout, from, i, full, longField, brief, field);
    if (found == null || found.field == longField) return found;
    boolean goesOn = found.to < layout.length() && Character.isLowerCase(layout.charAt(found.to));
    return goesOn && layout.charAt(found.to) < 128 ? null : found;
  }

  private static @org.jspecify.annotations.Nullable Layout fraction(
      String layout, int from, int i) {
    if (i + 1 >= layout.length()) return null;
    char digit = layout.charAt(i + 1);
    if (digit != '0' && digit != '9') return null;
    int to = i + 1;
    while (to < layout.length() && layout.charAt(to) == digit) to++;
    if (Digits.at(layout, to)) return null;
    var field = digit == '0' ? Field.FRACTION : Field.SHORT_FRACTION;
    return new Layout(from, i, to, field, to - i - 1 & 0xFFF, layout.charAt(i));
  }
}
