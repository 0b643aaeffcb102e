package dev.theca.evidence;

import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The judgement on one piece of evidence. Immutable.
 *
 * @param findings every check in the order of the steps, those that held too
 * @param claims what the evidence says, in the names that Trustee gives the claims; present once
 *     its signatures held, whatever the policy thinks of it
 * @param rootName the trust root that validated the chain; whether this is hardware follows from it
 *     alone; empty text while no root did
 * @param validUntil when the judgement must be made again
 */
public record Appraisal(
    Verdict verdict,
    List<Finding> findings,
    Optional<TcbVerdict> tcb,
    Optional<JsonObject> claims,
    String rootName,
    Instant validUntil) {
  public Appraisal {
    findings = List.copyOf(findings);
  }

  /** Whether a vendor's root, and no simulated or enrolled one, vouches. */
  public boolean hardware() {
    return TrustRoots.isHardware(rootName);
  }

  /** Whether the evidence may be believed, with warnings or without. */
  public boolean trusted() {
    return verdict == Verdict.TRUSTED || verdict == Verdict.TRUSTED_WITH_WARNINGS;
  }

  /** Why the evidence is not believed, the deciding reason first; empty when it is. */
  public List<Refusal> refusals() {
    if (trusted()) return List.of();
    return findings.stream()
        .filter(f -> f.severity() == Severity.FATAL || f.severity() == Severity.MISSING)
        .map(Finding::refusal)
        .toList();
  }

  /** What was accepted with a warning. */
  public List<Finding> warnings() {
    return findings.stream().filter(f -> f.severity() == Severity.WARNING).toList();
  }
}
