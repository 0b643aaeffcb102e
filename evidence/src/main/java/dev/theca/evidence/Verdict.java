package dev.theca.evidence;

/** How far evidence is to be believed. */
public enum Verdict {
  TRUSTED,
  TRUSTED_WITH_WARNINGS,
  UNTRUSTED,
  /** Something that judging needs, such as collateral, is missing. Not to be believed either. */
  UNVERIFIABLE
}
