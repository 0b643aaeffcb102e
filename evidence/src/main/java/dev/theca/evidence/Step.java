package dev.theca.evidence;

/** Where in the verification a finding arose, in the order in which the steps run. */
public enum Step {
  /** Parsing. */
  FORMAT,
  /** Certificates and revocation lists up to the root. */
  CHAIN,
  /** The platform's TCB information. */
  TCB_INFO,
  /** The quoting enclave's identity. */
  QE_IDENTITY,
  /** Signatures over the evidence. */
  QUOTE,
  /** What the signed report says. */
  REPORT,
  /** Replay of the event log. */
  EVENT_LOG,
  /** The match with published levels. */
  TCB,
  /** Report data, nonce and init data. */
  BINDING,
  /** What is acceptable beyond what is genuine. */
  POLICY
}
