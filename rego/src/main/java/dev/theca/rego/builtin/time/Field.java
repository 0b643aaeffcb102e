package dev.theca.rego.builtin.time;

/** What an element of a layout stands for; the reference time is 2006-01-02T15:04:05 of MST. */
enum Field {
  /** No element: the rest of the layout is plain text. */
  NONE,
  LONG_MONTH,
  MONTH,
  NUMBER_MONTH,
  ZERO_MONTH,
  LONG_WEEKDAY,
  WEEKDAY,
  DAY,
  SPACE_DAY,
  ZERO_DAY,
  SPACE_YEAR_DAY,
  ZERO_YEAR_DAY,
  HOUR,
  HOUR_12,
  ZERO_HOUR_12,
  MINUTE,
  ZERO_MINUTE,
  SECOND,
  ZERO_SECOND,
  LONG_YEAR,
  YEAR,
  UPPER_PM,
  LOWER_PM,
  ZONE_NAME,
  /** Offsets: {@code Z} for none where the layout begins with it. */
  Z_HHMM,
  Z_HHMMSS,
  Z_HH,
  Z_HH_MM,
  Z_HH_MM_SS,
  HHMM,
  HHMMSS,
  HH,
  HH_MM,
  HH_MM_SS,
  /** A fraction of so many digits. */
  FRACTION,
  /** A fraction without trailing zeros. */
  SHORT_FRACTION;

  boolean isOffset() {
    return compareTo(Z_HHMM) >= 0 && compareTo(HH_MM_SS) <= 0;
  }

  boolean isZuluOffset() {
    return compareTo(Z_HHMM) >= 0 && compareTo(Z_HH_MM_SS) <= 0;
  }

  boolean hasColon() {
    return this == Z_HH_MM || this == Z_HH_MM_SS || this == HH_MM || this == HH_MM_SS;
  }

  boolean hasMinutes() {
    return this != Z_HH && this != HH;
  }

  boolean hasSeconds() {
    return this == Z_HHMMSS || this == Z_HH_MM_SS || this == HHMMSS || this == HH_MM_SS;
  }

  boolean isFraction() {
    return this == FRACTION || this == SHORT_FRACTION;
  }
}
