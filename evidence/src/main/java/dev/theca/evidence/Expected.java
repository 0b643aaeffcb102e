package dev.theca.evidence;

import java.util.Optional;

/**
 * What evidence must be bound to. A value shorter than its field is compared as if padded with
 * zeroes on the right (the exceptions are said where they are); a longer one is refused, never cut.
 *
 * @param reportData the caller's data in report, quote or token; for TPM quotes and Nitro documents
 *     the nonce
 * @param initData the digest of the init data
 */
public record Expected(Optional<byte[]> reportData, Optional<byte[]> initData) {
  /**
   * Nothing: the caller checks the binding elsewhere, or wants none. Such evidence may be a replay,
   * so it is not trusted unless the policy says so.
   */
  public static final Expected UNBOUND = new Expected(Optional.empty(), Optional.empty());

  /** Report data, compared as a prefix that zeros fill; longer than the field is refused. */
  public static Expected reportData(byte[] data) {
    return new Expected(Optional.of(data.clone()), Optional.empty());
  }

  /** Report data and the digest of the init data. */
  public static Expected of(byte[] reportData, byte[] initData) {
    return reportData(reportData).withInitData(initData);
  }

  /** A copy that expects this digest of the init data, too. */
  public Expected withInitData(byte[] digest) {
    return new Expected(reportData, Optional.of(digest.clone()));
  }

  /** Whether nothing is expected, which most policies refuse. */
  public boolean isUnbound() {
    return reportData.isEmpty();
  }
}
