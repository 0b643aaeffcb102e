package dev.theca.evidence;

import java.util.Arrays;
import java.util.Optional;

/**
 * What evidence must be bound to. A value shorter than its field is padded with zeroes on the
 * right; a longer one is a fault of the caller, never cut.
 */
public record Expected(Optional<byte[]> reportData, Optional<byte[]> configId) {
  private static final int FIELD = 64;

  /**
   * Nothing: the caller checks the binding elsewhere, or wants none. Such evidence may be a replay.
   */
  public static final Expected UNBOUND = new Expected(Optional.empty(), Optional.empty());

  public static Expected reportData(byte[] data) {
    return new Expected(Optional.of(padded(data)), Optional.empty());
  }

  public Expected withConfigId(byte[] digest) {
    return new Expected(reportData, Optional.of(padded(digest)));
  }

  private static byte[] padded(byte[] data) {
    if (data.length > FIELD)
      throw new IllegalArgumentException("at most 64 bytes fit, not " + data.length);
    return Arrays.copyOf(data, FIELD);
  }
}
