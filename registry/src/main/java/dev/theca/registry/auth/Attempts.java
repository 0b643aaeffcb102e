package dev.theca.registry.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many wrong passwords an address may try: {@link #MAX} in a minute. Attempts count from their
 * start, so that many at once are not more than many in a row; a right password takes its own back.
 * An IPv6 client owns a whole /64, which therefore counts as one. The table is bounded: when it is
 * full the longest known address is forgotten.
 */
final class Attempts {
  static final int MAX = 20;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 10_000;

  private static final class Count {
    private final Instant since;
    private int attempts;

    private Count(Instant since) {
      this.since = since;
    }
  }

  private final InstantSource clock;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  Attempts(InstantSource clock) {
    this.clock = clock;
  }

  /** Begins one; false when there were too many. */
  synchronized boolean begin(InetAddress from) {
    Instant now = clock.instant();
    String key = key(from);
    var count = counts.get(key);
    if (count == null || !now.isBefore(count.since.plus(WINDOW))) {
      counts.remove(key);
      if (counts.size() >= MAX_ADDRESSES) counts.remove(counts.keySet().iterator().next());
      count = new Count(now);
      counts.put(key, count);
    }
    if (count.attempts >= MAX) return false;
    count.attempts++;
    return true;
  }

  /** It was a right one. */
  synchronized void forgive(InetAddress from) {
    var count = counts.get(key(from));
    if (count != null && count.attempts > 0) count.attempts--;
  }

  private static String key(InetAddress from) {
    byte[] address = from.getAddress();
    return HexFormat.of()
        .formatHex(from instanceof Inet6Address ? Arrays.copyOf(address, 8) : address);
  }
}
