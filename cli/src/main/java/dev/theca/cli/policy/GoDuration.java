package dev.theca.cli.policy;

import java.math.BigDecimal;
import java.time.Duration;

/** A duration as Go prints it: {@code 1.234ms}. */
final class GoDuration {
  private GoDuration() {}

  static String of(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) return "0s";
    if (nanos < 1_000) return nanos + "ns";
    if (nanos < 1_000_000) return in(nanos, 3) + "µs";
    if (nanos < 1_000_000_000) return in(nanos, 6) + "ms";
    long minutes = duration.toMinutes();
    String seconds = in(nanos - minutes * 60_000_000_000L, 9) + "s";
    if (minutes == 0) return seconds;
    return minutes < 60
        ? minutes + "m" + seconds
        : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  private static String in(long nanos, int places) {
    return nanos == 0
        ? "0"
        : BigDecimal.valueOf(nanos, places).stripTrailingZeros().toPlainString();
  }
}
