package dev.theca.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.http.RateLimiter.Kind;
import dev.theca.broker.http.RateLimiter.Rate;
import dev.theca.broker.meter.Tracer;
import dev.theca.wire.meter.Meter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
  private final RateLimiter limiter =
      new RateLimiter(
          Map.of(Kind.AUTH, new Rate(3, 2), Kind.FAILED_ADMIN, new Rate(1, 0.1)), 640, nanos::get);

  @Test
  void a_bucket_empties_and_fills_again() {
    for (int i = 0; i < 3; i++) assertThat(limiter.take(Kind.AUTH, "1.2.3.4")).isTrue();
    assertThat(limiter.take(Kind.AUTH, "1.2.3.4")).isFalse();
    assertThat(limiter.secondsUntil(Kind.AUTH, "1.2.3.4")).isEqualTo(1);
    nanos.addAndGet(499_999_999);
    assertThat(limiter.take(Kind.AUTH, "1.2.3.4")).isFalse();
    nanos.addAndGet(1);
    assertThat(limiter.take(Kind.AUTH, "1.2.3.4")).isTrue();
    assertThat(limiter.take(Kind.AUTH, "1.2.3.4")).isFalse();
    nanos.addAndGet(3_600_000_000_000L);
    for (int i = 0; i < 3; i++) assertThat(limiter.take(Kind.AUTH, "1.2.3.4")).isTrue();
    assertThat(limiter.take(Kind.AUTH, "1.2.3.4")).as("no more than the bucket holds").isFalse();
  }

  @Test
  void kinds_and_addresses_are_apart_and_kinds_without_rate_are_free() {
    assertThat(limiter.take(Kind.FAILED_ADMIN, "a")).isTrue();
    assertThat(limiter.has(Kind.FAILED_ADMIN, "a")).isFalse();
    assertThat(limiter.has(Kind.FAILED_ADMIN, "b")).isTrue();
    assertThat(limiter.take(Kind.AUTH, "a")).isTrue();
    for (int i = 0; i < 100; i++) assertThat(limiter.take(Kind.ANY, "a")).isTrue();
  }

  @Test
  void addresses_of_one_ipv6_network_share_a_bucket() {
    assertThat(limiter.take(Kind.FAILED_ADMIN, "2001:db8:1:2::1")).isTrue();
    assertThat(limiter.take(Kind.FAILED_ADMIN, "2001:db8:1:2:ffff::9%eth0")).isFalse();
    assertThat(limiter.take(Kind.FAILED_ADMIN, "2001:db8:1:3::1")).isTrue();
  }

  @Test
  void a_million_addresses_do_not_grow_the_memory() {
    for (int i = 0; i < 1_000_000; i++) limiter.take(Kind.AUTH, "10." + i % 256 + "." + i / 256);
    assertThat(limiter.remembered()).isLessThanOrEqualTo(640);
  }

  @Test
  void a_hundred_thousand_challenges_for_one_address_are_429() throws Exception {
    var clock = new AtomicLong();
    var counting = new RateLimiter(Map.of(Kind.AUTH, new Rate(50, 1)), 1024, clock::get);
    var parts = new FrontParts(r -> Answer.empty(), counting, Meter.NONE, Tracer.NONE);
    try (var front = Front.start(FrontConfig.plain("t", "127.0.0.1:0"), parts).orThrow();
        var raw = new Raw(front)) {
      String one = "POST /kbs/v0//auth HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
      int granted = 0;
      int refused = 0;
      var in = new java.io.BufferedInputStream(raw.socket.getInputStream(), 1 << 16);
      for (int round = 0; round < 1000; round++) {
        raw.say(one.repeat(100));
        for (int i = 0; i < 100; i++) {
          String header = header(in);
          if (header.startsWith("HTTP/1.1 200")) granted++;
          else if (header.startsWith("HTTP/1.1 429")) refused++;
          if (header.startsWith("HTTP/1.1 429"))
            assertThat(header.toLowerCase(java.util.Locale.ROOT)).contains("retry-after: 1");
        }
      }
      assertThat(granted).isEqualTo(50);
      assertThat(refused).isEqualTo(99_950);
      assertThat(counting.remembered()).isEqualTo(1);
    }
  }

  /** One answer's header; its body is skipped. */
  private static String header(java.io.InputStream in) throws java.io.IOException {
    var text = new StringBuilder();
    while (text.length() < 4
        || text.charAt(text.length() - 3) != '\n'
        || text.charAt(text.length() - 1) != '\n') {
      int c = in.read();
      if (c < 0) return text.toString();
      text.append((char) c);
    }
    var length = java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(text);
    if (length.find()) in.skipNBytes(Long.parseLong(length.group(1)));
    return text.toString();
  }
}
