package dev.theca.broker.audit;

/**
 * How many events of clients that get nothing are written one by one: of those without evidence,
 * and apart from them, four times as many each, of those that are attested and refused.
 *
 * @param perAddress records a minute of one kind, outcome and address
 * @param perMinute records a minute in all
 */
public record FloodLimits(int perAddress, int perMinute) {
  public static final FloodLimits DEFAULT = new FloodLimits(30, 600);

  public FloodLimits {
    if (perAddress < 0 || perMinute < 0) throw new IllegalArgumentException("a negative limit");
  }
}
