package dev.theca.evidence;

import dev.theca.wire.json.JsonObject;

/**
 * The trustworthiness vector of an attestation result (draft-ietf-rats-ar4si, section 2.3). Values
 * from 2 to 31 affirm, from 32 to 95 warn, from 96 on contraindicate; 0 makes no claim.
 */
public record TrustVector(
    int instanceIdentity,
    int configuration,
    int executables,
    int fileSystem,
    int hardware,
    int runtimeOpaque,
    int storageOpaque,
    int sourcedData) {
  /** The tiers, from none to the worst. */
  public enum Tier {
    /** No claim. */
    NONE("none"),
    /** Found to be in order. */
    AFFIRMING("affirming"),
    /** In need of attention. */
    WARNING("warning"),
    /** Not to be relied on. */
    CONTRAINDICATED("contraindicated");

    private final String word;

    Tier(String word) {
      this.word = word;
    }

    /** The word in an attestation result. */
    public String word() {
      return word;
    }

    /** The tier of a claim's value. */
    public static Tier of(int value) {
      if (value >= -1 && value <= 1) return NONE;
      if (value >= -32 && value < 32) return AFFIRMING;
      return value >= -96 && value < 96 ? WARNING : CONTRAINDICATED;
    }
  }

  /**
   * What an appraisal says by itself: the hardware, and whether the configuration is open to a
   * debugger. Executables are unrecognized (33) until reference values were compared: see {@link
   * #withExecutables}.
   */
  public static TrustVector of(Appraisal appraisal) {
    boolean forged =
        appraisal.findings().stream()
            .anyMatch(
                f -> f.severity() == Severity.FATAL && f.code().name().startsWith("SIGNATURE_"));
    boolean debug =
        appraisal.findings().stream()
            .anyMatch(
                f -> f.severity() != Severity.PASSED && f.code() == EvidenceCode.POLICY_DEBUG);
    int hardware;
    if (forged) hardware = 99;
    else if (appraisal.claims().isEmpty() || !appraisal.hardware()) hardware = 97;
    else hardware = appraisal.tcb().map(t -> ofStatus(t.status())).orElse(2);
    if (hardware == 2 && appraisal.verdict() == Verdict.TRUSTED_WITH_WARNINGS) hardware = 32;
    return new TrustVector(0, debug ? 96 : 2, 33, 0, hardware, 0, 0, 0);
  }

  private static int ofStatus(TcbStatus status) {
    return switch (status) {
      case UP_TO_DATE -> 2;
      case SW_HARDENING_NEEDED,
          CONFIGURATION_NEEDED,
          CONFIGURATION_AND_SW_HARDENING_NEEDED,
          TD_RELAUNCH_ADVISED,
          TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED ->
          32;
      case REVOKED -> 96;
      case OUT_OF_DATE, OUT_OF_DATE_CONFIGURATION_NEEDED, NOT_SUPPORTED -> 97;
    };
  }

  /** A copy with what comparing reference values said about the executables. */
  public TrustVector withExecutables(int value) {
    return new TrustVector(
        instanceIdentity,
        configuration,
        value,
        fileSystem,
        hardware,
        runtimeOpaque,
        storageOpaque,
        sourcedData);
  }

  /** The worst tier of all members. */
  public Tier status() {
    Tier worst = Tier.NONE;
    for (int value : values()) if (Tier.of(value).compareTo(worst) > 0) worst = Tier.of(value);
    return worst;
  }

  private int[] values() {
    return new int[] {
      instanceIdentity,
      configuration,
      executables,
      fileSystem,
      hardware,
      runtimeOpaque,
      storageOpaque,
      sourcedData
    };
  }

  /** The form in an attestation result. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("instance-identity", instanceIdentity)
        .put("configuration", configuration)
        .put("executables", executables)
        .put("file-system", fileSystem)
        .put("hardware", hardware)
        .put("runtime-opaque", runtimeOpaque)
        .put("storage-opaque", storageOpaque)
        .put("sourced-data", sourcedData)
        .build();
  }
}
