package dev.theca.image.sign;

import java.util.List;

/**
 * A signature that was found, and what came with it; nothing is verified.
 *
 * @param certificates DER, the signer's first; none when a plain key signed
 * @param proof whether its log entries must carry inclusion proofs
 * @param stamps answers of time-stamp authorities (RFC 3161), DER
 */
record SigstoreCandidate(
    String place,
    SignedContent content,
    List<byte[]> certificates,
    List<LogEntry> entries,
    boolean proof,
    List<byte[]> stamps) {
  SigstoreCandidate {
    certificates = List.copyOf(certificates);
    entries = List.copyOf(entries);
    stamps = List.copyOf(stamps);
  }
}
