package dev.theca.evidence;

import dev.theca.wire.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The judgement on one quote. {@code rootName} names the trust root that validated the chain, and
 * whether this is hardware follows from it alone.
 */
public record Appraisal(
    Verdict verdict,
    List<Refusal> findings,
    Optional<Claims> claims,
    String rootName,
    Optional<Tcb> tcb,
    Instant validUntil) {
  /** How far the evidence is to be believed. */
  public enum Verdict {
    TRUSTED,
    TRUSTED_WITH_WARNINGS,
    UNTRUSTED
  }

  /** What the evidence says, once it is believed. */
  public record Claims(EnclaveReport report, String ppid, String fmspc) {}

  /**
   * The platform's TCB: status after convergence with the quoting enclave, and, when no level fits,
   * the nearest one with the first component that is too low.
   */
  public record Tcb(
      TcbStatus status,
      Instant date,
      SortedSet<String> advisories,
      int evaluationNumber,
      String nearest) {}

  public boolean hardware() {
    return TrustRoots.isHardware(rootName);
  }

  public boolean trusted() {
    return verdict != Verdict.UNTRUSTED;
  }
}
