package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.RateLimiter;
import dev.theca.broker.http.RateLimiter.Kind;
import dev.theca.broker.http.RateLimiter.Rate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [rates]}: how much one address may ask for.
 *
 * @param unlimited nobody is slowed down: for tests
 * @param rates by kind
 * @param addresses how many are remembered
 */
public record RateSettings(boolean unlimited, Map<Kind, Rate> rates, int addresses) {
  private static final int MOST = 100_000_000;

  public RateSettings {
    rates = Map.copyOf(rates);
  }

  static Optional<RateSettings> read(Fields fields) {
    var table = fields.table("rates");
    boolean unlimited = table.flag("insecure_unlimited", false);
    var rates = new EnumMap<Kind, Rate>(Kind.class);
    rates.put(Kind.ANY, rate(table, "requests", 2000, 60_000));
    rates.put(Kind.AUTH, rate(table, "auth", 400, 6000));
    rates.put(Kind.FAILED_ATTEST, rate(table, "failed_attest", 60, 60));
    rates.put(Kind.FAILED_ADMIN, rate(table, "failed_admin", 10, 12));
    int addresses = (int) table.number("addresses", 64 << 10, 64, 10_000_000);
    fields.take(table);
    return Optional.of(new RateSettings(unlimited, rates, addresses));
  }

  private static Rate rate(Fields table, String name, int burst, int perMinute) {
    int most = (int) table.number(name + "_burst", burst, 1, MOST);
    return new Rate(most, table.number(name + "_per_minute", perMinute, 1, MOST) / 60.0);
  }

  /** A limiter of these rates. */
  public RateLimiter limiter() {
    return unlimited
        ? RateLimiter.unlimited()
        : new RateLimiter(rates, addresses, System::nanoTime);
  }
}
