package dev.theca.cli.broker;

import java.time.Duration;
import java.util.regex.Pattern;

/** Spans of time as people write them: {@code 90d}, {@code 12h}, {@code 30m}, {@code 45s}. */
final class Spans {
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})([smhd])");

  private Spans() {}

  static long seconds(String option, String text) {
    var match = SPAN.matcher(text);
    if (!match.matches()) throw new WrongUsage(option + " takes 45s, 30m, 12h or 90d, not " + text);
    long count = Long.parseLong(match.group(1));
    return switch (match.group(2).charAt(0)) {
      case 's' -> count;
      case 'm' -> Duration.ofMinutes(count).toSeconds();
      case 'h' -> Duration.ofHours(count).toSeconds();
      default -> Duration.ofDays(count).toSeconds();
    };
  }
}
