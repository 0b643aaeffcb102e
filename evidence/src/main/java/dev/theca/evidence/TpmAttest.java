package dev.theca.evidence;

import java.util.List;

/**
 * TPMS_ATTEST of a quote (TPM 2.0 Library, Part 2, section 10.12).
 *
 * @param extraData the caller's nonce
 * @param clockSafe whether the clock is known not to have gone back
 */
public record TpmAttest(
    byte[] extraData,
    long clock,
    int resetCount,
    boolean clockSafe,
    List<Selection> selections,
    byte[] pcrDigest) {
  /** The chosen registers of one bank, as bits of a number. */
  public record Selection(int algorithm, int pcrs) {}

  public TpmAttest {
    selections = List.copyOf(selections);
  }
}
