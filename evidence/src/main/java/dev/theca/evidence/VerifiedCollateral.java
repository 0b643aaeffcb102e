package dev.theca.evidence;

import java.time.Instant;

/**
 * Collateral whose chains, signatures, revocation lists and dates held at one time, under one named
 * root. Immutable, safe for many threads, and good for many pieces of evidence until {@link
 * #validUntil()}.
 */
public interface VerifiedCollateral {
  /** The trust root under which everything here was verified; empty text where there is none. */
  String rootName();

  /** The earliest end of validity of any part. */
  Instant validUntil();

  /** When the decisive document was issued; collateral of an earlier edition is a step back. */
  Edition edition();

  /** The age of collateral: by evaluation number first, then by date. */
  record Edition(int evaluationNumber, Instant issued) {
    public boolean isBefore(Edition other) {
      return evaluationNumber != other.evaluationNumber
          ? evaluationNumber < other.evaluationNumber
          : issued.isBefore(other.issued);
    }
  }
}
