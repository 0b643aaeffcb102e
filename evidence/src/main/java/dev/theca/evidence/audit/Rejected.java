package dev.theca.evidence.audit;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Finding;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import dev.theca.wire.Refusal;

/** A check that did not hold; never leaves the room. Cheap: it carries no stack. */
public final class Rejected extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Finding finding;

  public Rejected(EvidenceCode code, Step step, String what, String expected, String found) {
    this(new Finding(code, Severity.FATAL, step, what, expected, found));
  }

  public Rejected(Finding finding) {
    super(finding.code().id(), null, false, false);
    this.finding = finding;
  }

  public Finding finding() {
    return finding;
  }

  public EvidenceCode code() {
    return finding.code();
  }

  public Refusal refusal() {
    return finding.refusal();
  }

  /** The same under another code, for a step that calls the same cause by another name. */
  public Rejected as(EvidenceCode code, Step step) {
    return new Rejected(code, step, finding.what(), finding.expected(), finding.found());
  }
}
