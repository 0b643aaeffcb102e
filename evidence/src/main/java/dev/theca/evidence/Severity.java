package dev.theca.evidence;

/** What a finding means for the verdict. */
public enum Severity {
  /** The check held. */
  PASSED,
  /** Worth knowing, without weight. */
  NOTE,
  /** The verdict is at most "trusted with warnings". */
  WARNING,
  /** The evidence cannot be judged: something that judging needs is missing. */
  MISSING,
  /** The evidence is not believed. */
  FATAL
}
