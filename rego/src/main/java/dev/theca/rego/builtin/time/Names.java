package dev.theca.rego.builtin.time;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;

/** English months and days, whatever the locale of the machine. */
final class Names {
  static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  static final List<String> SHORT_MONTHS = shortened(MONTHS);
  static final List<String> SHORT_DAYS = shortened(DAYS);

  private Names() {}

  static String month(int from1) {
    return MONTHS.get(from1 - 1);
  }

  static String day(LocalDateTime time) {
    return DAYS.get(time.getDayOfWeek().getValue() - 1);
  }

  /** Index of the name that stands at this place in small or large letters, -1 if none does. */
  static int find(List<String> names, String text, int at) {
    for (int i = 0; i < names.size(); i++) {
      int to = at + names.get(i).length();
      if (to <= text.length() && lower(text.substring(at, to)).equals(lower(names.get(i))))
        return i;
    }
    return -1;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static List<String> shortened(List<String> names) {
    return names.stream().map(name -> name.substring(0, 3)).toList();
  }
}
