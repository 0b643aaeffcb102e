package dev.theca.image.remote;

import dev.theca.image.ImageException;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often, and after what pauses, a request is tried again: exponential, with jitter (a pause is
 * between half of its step and the whole of it), never longer than {@code longest}. What a registry
 * asks for in Retry-After (RFC 9110 section 10.2.3) is honoured up to {@code longestAsked}.
 */
public record Retries(int attempts, Duration first, Duration longest, Duration longestAsked) {
  public static final Retries STANDARD =
      new Retries(5, Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofSeconds(60));

  public static final Retries NONE = new Retries(1, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  public Retries {
    if (attempts < 1) throw new IllegalArgumentException("attempts: " + attempts);
  }

  /** The statuses after which another try may help. */
  static boolean mayPass(int status) {
    return status == 408
        || status == 429
        || status == 500
        || status == 502
        || status == 503
        || status == 504;
  }

  /** The pause after the given number of failed tries. */
  Duration after(int failed) {
    long step = first.toMillis() << Math.min(failed - 1, 20);
    long most = Math.min(step, longest.toMillis());
    return most <= 0
        ? Duration.ZERO
        : Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  Duration after(int failed, HttpHeaders headers, InstantSource clock) {
    Duration asked = asked(headers.firstValue("Retry-After").orElse(""), clock);
    if (asked.compareTo(longestAsked) > 0) asked = longestAsked;
    Duration own = after(failed);
    return asked.compareTo(own) > 0 ? asked : own;
  }

  private static Duration asked(String text, InstantSource clock) {
    if (text.matches("[0-9]{1,9}")) return Duration.ofSeconds(Long.parseLong(text));
    try {
      return Duration.between(
          clock.instant(),
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Duration.ZERO; // no date: not asked for
    }
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while waiting for a registry", e);
    }
  }
}
