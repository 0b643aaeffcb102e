package dev.theca.rego.builtin.time;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.Value;
import java.time.LocalDateTime;
import java.time.YearMonth;

/** How far two times are apart, in years, months, days, hours, minutes and seconds. */
final class Difference {
  private Difference() {}

  /** Both are read on the clock of the first one's place. */
  static Value of(Moment a, Moment b) {
    var other = new Moment(b.instant(), a.zone(), "");
    boolean later = a.instant().isAfter(b.instant());
    return between((later ? other : a).local(), (later ? a : other).local());
  }

  /** Field by field, borrowing from the next larger one; days borrow the first time's month. */
  private static Value between(LocalDateTime from, LocalDateTime to) {
    int[] apart = {
      to.getYear() - from.getYear(),
      to.getMonthValue() - from.getMonthValue(),
      to.getDayOfMonth() - from.getDayOfMonth(),
      to.getHour() - from.getHour(),
      to.getMinute() - from.getMinute(),
      to.getSecond() - from.getSecond()
    };
    int[] size = {0, 12, YearMonth.from(from).lengthOfMonth(), 24, 60, 60};
    for (int i = apart.length - 1; i > 0; i--)
      if (apart[i] < 0) {
        apart[i] += size[i];
        apart[i - 1]--;
      }
    Value[] numbers = new Value[apart.length];
    for (int i = 0; i < apart.length; i++) numbers[i] = Value.of(apart[i]);
    return ArrayValue.owning(numbers);
  }
}
