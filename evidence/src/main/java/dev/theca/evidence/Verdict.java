package dev.theca.evidence;

/** How far evidence is to be believed. */
public enum Verdict {
  /** Genuine, bound as expected, and within the policy. */
  TRUSTED,
  /** As {@link #TRUSTED}; findings tell what the operator should change. */
  TRUSTED_WITH_WARNINGS,
  /** Refused; the fatal findings tell why. */
  UNTRUSTED,
  /** Something that judging needs, such as collateral, is missing. Not to be believed either. */
  UNVERIFIABLE
}
