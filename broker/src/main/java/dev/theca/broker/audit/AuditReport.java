package dev.theca.broker.audit;

import java.time.Instant;
import java.util.List;

/**
 * What an export was found to hold.
 *
 * @param first sequence of the first record
 * @param last sequence of the last record; below the first when there is none
 * @param hash hash of the last record: to be noted as a known head
 * @param heads how many signed heads held
 * @param signers thumbprints of the keys that signed them
 * @param lastSigned when the last head was signed
 * @param vouchedThrough up to which record the expected key or head vouches for the chain; 0 when
 *     nothing was expected
 * @param removedThrough up to which record retention says that it removed; 0 when it says nothing
 */
public record AuditReport(
    long first,
    long last,
    String hash,
    long heads,
    List<String> signers,
    Instant lastSigned,
    long vouchedThrough,
    long removedThrough) {
  public long records() {
    return Math.max(0, last - first + 1);
  }
}
