package dev.theca.evidence;

import java.util.Optional;

/** The status of a platform's TCB: the words of Intel's TCB levels, and what follows from them. */
public enum TcbStatus {
  /** Nothing is to be done. */
  UP_TO_DATE("UpToDate", EvidenceCode.TCB_UP_TO_DATE),
  /** Workloads need mitigations in software. */
  SW_HARDENING_NEEDED("SWHardeningNeeded", EvidenceCode.TCB_SW_HARDENING_NEEDED),
  /** The platform's configuration needs a change. */
  CONFIGURATION_NEEDED("ConfigurationNeeded", EvidenceCode.TCB_CONFIGURATION_NEEDED),
  /** Configuration and workloads need a change. */
  CONFIGURATION_AND_SW_HARDENING_NEEDED(
      "ConfigurationAndSWHardeningNeeded", EvidenceCode.TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED),
  /** Firmware or microcode is older than advised. */
  OUT_OF_DATE("OutOfDate", EvidenceCode.TCB_OUT_OF_DATE),
  /** Older than advised, and the configuration needs a change. */
  OUT_OF_DATE_CONFIGURATION_NEEDED(
      "OutOfDateConfigurationNeeded", EvidenceCode.TCB_OUT_OF_DATE_CONFIGURATION_NEEDED),
  /** A TD that was launched on an old TCB runs on a host that has been updated since. */
  TD_RELAUNCH_ADVISED("TDRelaunchAdvised", EvidenceCode.TCB_TD_RELAUNCH_ADVISED),
  /** As {@link #TD_RELAUNCH_ADVISED}, and the configuration needs a change. */
  TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED(
      "TDRelaunchAdvisedConfigurationNeeded",
      EvidenceCode.TCB_TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED),
  /** Not trustworthy any more, whatever a policy says. */
  REVOKED("Revoked", EvidenceCode.TCB_REVOKED),
  /** Below every published level. */
  NOT_SUPPORTED("NotSupported", EvidenceCode.TCB_NOT_SUPPORTED);

  private final String word;
  private final EvidenceCode code;

  TcbStatus(String word, EvidenceCode code) {
    this.word = word;
    this.code = code;
  }

  /** The word in Intel's documents. */
  public String word() {
    return word;
  }

  /** The code of a finding with this status. */
  public EvidenceCode code() {
    return code;
  }

  /** A status that a TCB level may carry. */
  public static Optional<TcbStatus> ofLevel(String word) {
    for (TcbStatus status : values()) {
      if (status == TD_RELAUNCH_ADVISED)
        return word.equals("Revoked") ? Optional.of(REVOKED) : Optional.empty();
      if (status.word.equals(word)) return Optional.of(status);
    }
    return Optional.empty();
  }

  /** Whether firmware or microcode is older than advised. */
  public boolean isOutOfDate() {
    return this == OUT_OF_DATE || this == OUT_OF_DATE_CONFIGURATION_NEEDED;
  }

  /** Whether the configuration needs a change. */
  public boolean needsConfiguration() {
    return this == CONFIGURATION_NEEDED
        || this == CONFIGURATION_AND_SW_HARDENING_NEEDED
        || this == OUT_OF_DATE_CONFIGURATION_NEEDED
        || this == TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED;
  }

  /** Neither policy nor time can make these acceptable. */
  public boolean isTerminal() {
    return this == REVOKED || this == NOT_SUPPORTED;
  }

  /**
   * The platform's status together with that of one component, the quoting enclave or the TDX
   * module (Intel's convergence rule).
   */
  public TcbStatus converge(TcbStatus component) {
    if (component == NOT_SUPPORTED || this == NOT_SUPPORTED) return NOT_SUPPORTED;
    if (component == REVOKED || this == REVOKED) return REVOKED;
    if (component == UP_TO_DATE) return this;
    return switch (this) {
      case UP_TO_DATE, SW_HARDENING_NEEDED -> OUT_OF_DATE;
      case CONFIGURATION_NEEDED, CONFIGURATION_AND_SW_HARDENING_NEEDED ->
          OUT_OF_DATE_CONFIGURATION_NEEDED;
      default -> this;
    };
  }
}
