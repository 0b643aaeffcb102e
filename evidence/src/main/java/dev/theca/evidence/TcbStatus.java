package dev.theca.evidence;

import java.util.Optional;

/** The status words of TCB levels (Intel PCS, "tcbStatus"). */
public enum TcbStatus {
  UP_TO_DATE("UpToDate", EvidenceCode.TCB_UP_TO_DATE),
  SW_HARDENING_NEEDED("SWHardeningNeeded", EvidenceCode.TCB_SW_HARDENING_NEEDED),
  CONFIGURATION_NEEDED("ConfigurationNeeded", EvidenceCode.TCB_CONFIGURATION_NEEDED),
  CONFIGURATION_AND_SW_HARDENING_NEEDED(
      "ConfigurationAndSWHardeningNeeded", EvidenceCode.TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED),
  OUT_OF_DATE("OutOfDate", EvidenceCode.TCB_OUT_OF_DATE),
  OUT_OF_DATE_CONFIGURATION_NEEDED(
      "OutOfDateConfigurationNeeded", EvidenceCode.TCB_OUT_OF_DATE_CONFIGURATION_NEEDED),
  REVOKED("Revoked", EvidenceCode.TCB_REVOKED);

  private final String word;
  private final EvidenceCode code;

  TcbStatus(String word, EvidenceCode code) {
    this.word = word;
    this.code = code;
  }

  public String word() {
    return word;
  }

  public EvidenceCode code() {
    return code;
  }

  static Optional<TcbStatus> of(String word) {
    for (TcbStatus status : values()) if (status.word.equals(word)) return Optional.of(status);
    return Optional.empty();
  }

  /**
   * The platform's status together with the quoting enclave's (evidence of Intel's convergence
   * rule).
   */
  TcbStatus converge(TcbStatus qe) {
    if (qe == REVOKED || this == REVOKED) return REVOKED;
    if (qe != OUT_OF_DATE && qe != OUT_OF_DATE_CONFIGURATION_NEEDED) return this;
    return switch (this) {
      case UP_TO_DATE, SW_HARDENING_NEEDED -> OUT_OF_DATE;
      case CONFIGURATION_NEEDED, CONFIGURATION_AND_SW_HARDENING_NEEDED ->
          OUT_OF_DATE_CONFIGURATION_NEEDED;
      case OUT_OF_DATE, OUT_OF_DATE_CONFIGURATION_NEEDED, REVOKED -> this;
    };
  }
}
