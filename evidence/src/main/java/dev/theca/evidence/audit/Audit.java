package dev.theca.evidence.audit;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Finding;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import dev.theca.evidence.Verdict;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The findings of one verification, in order. Not for several threads. */
public final class Audit {
  private final List<Finding> findings = new ArrayList<>();

  public void passed(EvidenceCode code, Step step, String what, String found) {
    findings.add(Finding.passed(code, step, what, found));
  }

  public void add(
      Severity severity, EvidenceCode code, Step step, String what, String expected, String found) {
    findings.add(new Finding(code, severity, step, what, expected, found));
  }

  /** Records either that a check held, or why it did not; the verification goes on. */
  public void check(
      boolean holds, EvidenceCode code, Step step, String what, String expected, String found) {
    if (holds) passed(code, step, what, found);
    else add(Severity.FATAL, code, step, what, expected, found);
  }

  public void add(Finding finding) {
    findings.add(finding);
  }

  public void add(Rejected rejected) {
    findings.add(rejected.finding());
  }

  public List<Finding> findings() {
    return findings;
  }

  public Verdict verdict() {
    var worst = Severity.PASSED;
    for (Finding finding : findings)
      if (finding.severity().compareTo(worst) > 0) worst = finding.severity();
    return switch (worst) {
      case PASSED, NOTE -> Verdict.TRUSTED;
      case WARNING -> Verdict.TRUSTED_WITH_WARNINGS;
      case MISSING -> Verdict.UNVERIFIABLE;
      case FATAL -> Verdict.UNTRUSTED;
    };
  }

  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
