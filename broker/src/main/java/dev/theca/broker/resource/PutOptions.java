package dev.theca.broker.resource;

import java.time.Instant;

/**
 * How a version is put.
 *
 * @param expiresMillis when it ceases to be given, since 1970; 0 for never
 * @param seen the newest version that the writer has seen: {@link #ANY} does not care, 0 says that
 *     there is none
 */
public record PutOptions(long expiresMillis, long seen) {
  public static final long ANY = -1;

  /** For ever, over whatever is there. */
  public static final PutOptions DEFAULT = new PutOptions(Expiry.NEVER, ANY);

  public PutOptions expiring(Instant at) {
    return new PutOptions(at.toEpochMilli(), seen);
  }

  /** Only if this is still the newest version: no update is lost. */
  public PutOptions ifVersion(long version) {
    return new PutOptions(expiresMillis, version);
  }

  /** Only if there is no such resource. */
  public PutOptions ifAbsent() {
    return ifVersion(0);
  }
}
