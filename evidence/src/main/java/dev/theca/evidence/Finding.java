package dev.theca.evidence;

import dev.theca.wire.Refusal;

/**
 * One check and its result; also of checks that held, because an auditor wants to read those.
 *
 * @param what the thing that was judged
 * @param expected what would have been accepted
 * @param found what was there; never secret
 */
public record Finding(
    EvidenceCode code, Severity severity, Step step, String what, String expected, String found) {
  /** A check that found what it expected. */
  public static Finding passed(EvidenceCode code, Step step, String what, String found) {
    return new Finding(code, Severity.PASSED, step, what, found, found);
  }

  /** The finding as a reason to refuse, with what the reader can do. */
  public Refusal refusal() {
    return new Refusal(code, what, expected, found, Advice.on(code));
  }

  @Override
  public String toString() {
    return severity == Severity.PASSED
        ? "passed " + code.id() + ": " + what + (found.isEmpty() ? "" : " is " + found)
        : severity.name().toLowerCase(java.util.Locale.ROOT)
            + " "
            + code.id()
            + ": "
            + what
            + " is "
            + found
            + ", expected "
            + expected;
  }
}
