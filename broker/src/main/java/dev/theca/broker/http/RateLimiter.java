package dev.theca.broker.http;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Token buckets for each client address (IPv6: for each /64) and kind of request. Memory is
 * bounded: beyond {@code addresses} the address that was silent longest is forgotten. Thread-safe;
 * one short lock of 64 on the way.
 */
public final class RateLimiter {
  /** What is counted apart. */
  public enum Kind {
    /** Every request. */
    ANY,
    /** POST /auth. */
    AUTH,
    /** Attestations that were refused. */
    FAILED_ATTEST,
    /** Administrators' credentials that were not believed. */
    FAILED_ADMIN
  }

  /**
   * How many at once, and how many more each second.
   *
   * @param burst the size of the bucket
   * @param perSecond the refill; may be a fraction
   */
  public record Rate(int burst, double perSecond) {
    public Rate {
      if (burst < 1 || !(perSecond > 0)) throw new IllegalArgumentException("rates are positive");
    }
  }

  private static final int STRIPES = 64;
  private static final Kind[] KINDS = Kind.values();

  private static final class Stripe extends LinkedHashMap<String, long[]> {
    private static final long serialVersionUID = 1;
    private final int most;

    Stripe(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, long[]> eldest) {
      return size() > most;
    }
  }

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final long[] interval = new long[KINDS.length]; // nanoseconds for one token; 0: unlimited
  private final long[] depth = new long[KINDS.length]; // nanoseconds that a full bucket lasts
  private final LongSupplier nanos;

  /** Kinds without a rate are not limited. */
  public RateLimiter(Map<Kind, Rate> rates, int addresses, LongSupplier nanos) {
    this.nanos = nanos;
    Arrays.setAll(stripes, i -> new Stripe(Math.max(1, addresses / STRIPES)));
    rates.forEach(
        (kind, rate) -> {
          interval[kind.ordinal()] = Math.max(1, Math.round(1e9 / rate.perSecond()));
          depth[kind.ordinal()] = interval[kind.ordinal()] * rate.burst();
        });
  }

  /** For the open network: generous to nodes that start many pods, hard on guessing. */
  public static RateLimiter standard() {
    var rates = new EnumMap<Kind, Rate>(Kind.class);
    rates.put(Kind.ANY, new Rate(2000, 1000));
    rates.put(Kind.AUTH, new Rate(400, 100));
    rates.put(Kind.FAILED_ATTEST, new Rate(60, 1));
    rates.put(Kind.FAILED_ADMIN, new Rate(10, 0.2));
    return new RateLimiter(rates, 64 << 10, System::nanoTime);
  }

  /** Limits nothing. */
  public static RateLimiter unlimited() {
    return new RateLimiter(Map.of(), STRIPES, System::nanoTime);
  }

  /** Takes one token; false when there is none. */
  public boolean take(Kind kind, String address) {
    return wait(kind, address, true) == 0;
  }

  /** Whether there is a token, without taking it: for kinds that count failures. */
  public boolean has(Kind kind, String address) {
    return wait(kind, address, false) == 0;
  }

  /** After how many seconds there is a token again; 0 for now. */
  public long secondsUntil(Kind kind, String address) {
    return (wait(kind, address, false) + 999_999_999) / 1_000_000_000;
  }

  /** How many addresses are remembered. */
  public int remembered() {
    int sum = 0;
    for (Stripe stripe : stripes)
      synchronized (stripe) {
        sum += stripe.size();
      }
    return sum;
  }

  /**
   * The bucket as one number, the time at which it will be full (generic cell rate algorithm, ITU-T
   * I.371): nanoseconds to wait, 0 when a token is there.
   */
  private long wait(Kind kind, String address, boolean take) {
    int k = kind.ordinal();
    if (interval[k] == 0) return 0;
    String key = key(address);
    long now = nanos.getAsLong();
    var stripe = stripes[Math.floorMod(key.hashCode() * 0x9E3779B9 >>> 7, STRIPES)];
    synchronized (stripe) {
      long[] full = stripe.get(key);
      if (full == null) {
        if (!take) return 0;
        full = new long[KINDS.length];
        Arrays.fill(full, now);
        stripe.put(key, full);
      }
      long from = full[k] - now > 0 ? full[k] : now;
      long excess = from + interval[k] - now - depth[k];
      if (excess > 0) return excess;
      if (take) full[k] = from + interval[k];
      return 0;
    }
  }

  /** IPv6 by its first 64 bits: a client owns at least that much. */
  private static String key(String address) {
    if (address.indexOf(':') < 0) return address;
    byte[] bytes = ClientAddress.literal(zoneless(address));
    if (bytes.length != 16) return address;
    return java.util.HexFormat.of().formatHex(bytes, 0, 8);
  }

  private static String zoneless(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}
