package dev.theca.evidence;

/** Where in the verification a finding arose, in the order in which the steps run. */
public enum Step {
  FORMAT,
  CHAIN,
  TCB_INFO,
  QE_IDENTITY,
  QUOTE,
  REPORT,
  EVENT_LOG,
  TCB,
  BINDING,
  POLICY
}
