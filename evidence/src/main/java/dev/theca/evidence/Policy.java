package dev.theca.evidence;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What is acceptable beyond what is genuine. Crypto, chains, revocation and formats are not a
 * matter of policy, and a revoked TCB cannot be accepted. Immutable; {@link #with} makes a changed
 * copy.
 */
public final class Policy {
  /** TD attribute bits that have a meaning today: SEPT_VE_DISABLE, MIGRATABLE, PKS, KL, PERFMON. */
  public static final long TD_KNOWN = 1L << 28 | 1L << 29 | 1L << 30 | 1L << 31 | 1L << 63;

  /** Up-to-date platforms and production workloads only. */
  public static final Policy STRICT = new Policy(new Builder("strict"));

  /** Also platforms that need a software or configuration measure, with a warning. */
  public static final Policy STANDARD =
      new Policy(
          new Builder("standard")
              .warn(
                  TcbStatus.SW_HARDENING_NEEDED,
                  TcbStatus.CONFIGURATION_NEEDED,
                  TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED));

  /**
   * What Intel's library would say, and nothing on top: every status that is a verdict passes with
   * a warning, and neither debug nor binding is looked at. For comparison, not for trust.
   */
  public static final Policy QVL_COMPAT =
      new Policy(
          new Builder("qvl-compat")
              .warn(
                  TcbStatus.SW_HARDENING_NEEDED,
                  TcbStatus.CONFIGURATION_NEEDED,
                  TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED,
                  TcbStatus.OUT_OF_DATE,
                  TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED,
                  TcbStatus.TD_RELAUNCH_ADVISED,
                  TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED)
              .allowUnbound(true)
              .intelOnly(true));

  private final Builder b;

  private Policy(Builder b) {
    this.b = b;
  }

  /** A copy with changes: {@code STRICT.with(p -> p.allowDebug(true))}. */
  public Policy with(Consumer<Builder> change) {
    var copy = new Builder(b);
    change.accept(copy);
    return new Policy(copy);
  }

  /** The preset's name, with + after a change. */
  public String name() {
    return b.name;
  }

  /** Statuses that need no warning. */
  public Set<TcbStatus> accepted() {
    return b.accepted;
  }

  /** Statuses that are accepted with a warning. */
  public Set<TcbStatus> warned() {
    return b.warned;
  }

  /** Advisories for which SWHardeningNeeded is acceptable without a warning. */
  public Set<String> mitigatedAdvisories() {
    return b.mitigated;
  }

  /** Advisories with which nothing is acceptable. */
  public Set<String> deniedAdvisories() {
    return b.denied;
  }

  /** Whether a workload may be open to a debugger. */
  public boolean allowsDebug() {
    return b.debug;
  }

  /** Whether evidence may be judged without expected report data. */
  public boolean allowsUnbound() {
    return b.unbound;
  }

  /**
   * Only what Intel's library checks: no attributes, no debug, no dates that it does not look at.
   */
  public boolean intelOnly() {
    return b.intelOnly;
  }

  /** Whether a workload may be migrated. */
  public boolean allowsMigration() {
    return b.migration;
  }

  /** Whether a TD may leave SEPT_VE_DISABLE clear. */
  public boolean allowsSeptVe() {
    return b.septVe;
  }

  /** TD attribute bits that are accepted beyond the known ones. */
  public long extraTdAttributes() {
    return b.tdAttributes;
  }

  /** Accepted measurements of service TDs, hex; none bound is always accepted. */
  public Set<String> serviceTds() {
    return b.serviceTds;
  }

  /** Accepted MRSEAM values, hex; empty accepts any. */
  public Set<String> seamModules() {
    return b.seamModules;
  }

  /** Smallest acceptable TCB evaluation number. */
  public int minimumEvaluationNumber() {
    return b.evaluationNumber;
  }

  /** PPIDs, platform instance ids or SNP chip ids, hex, upper or lower case; empty accepts any. */
  public Set<String> platforms() {
    return b.platforms;
  }

  /** Refused SNP products, lower case. */
  public Set<String> deniedProducts() {
    return b.deniedProducts;
  }

  /** Minimum SNP TCB by product, lower case. */
  public Map<String, SnpTcb> minimumSnpTcb() {
    return b.minimumSnp;
  }

  /** The privilege level that an SNP report must name. */
  public int vmpl() {
    return b.vmpl;
  }

  /** Whether a missing AMD revocation list is fatal. */
  public boolean requiresCrl() {
    return b.crl;
  }

  /** Whether a masked chip id, all zero, is accepted. */
  public boolean allowsMaskedChip() {
    return b.maskedChip;
  }

  /** Whether SMT may be on under an SNP guest. */
  public boolean allowsSmt() {
    return b.smt;
  }

  /** SNP platformInfo bits that must be set, such as 0x20: alias check complete. */
  public long requiredPlatformInfo() {
    return b.platformInfo;
  }

  /** SNP policy bits that must be set, such as 0x100000: single socket. */
  public long requiredGuestPolicy() {
    return b.guestPolicy;
  }

  /** Oldest acceptable age of self-dated evidence in seconds. */
  public long maxAgeSeconds() {
    return b.maxAge;
  }

  /** The changeable form. */
  public static final class Builder {
    private String name;
    private Set<TcbStatus> accepted = Set.of(TcbStatus.UP_TO_DATE);
    private Set<TcbStatus> warned = Set.of();
    private Set<String> mitigated = Set.of();
    private Set<String> denied = Set.of();
    private boolean debug;
    private boolean unbound;
    private boolean intelOnly;
    private boolean migration;
    private boolean septVe;
    private long tdAttributes;
    private Set<String> serviceTds = Set.of();
    private Set<String> seamModules = Set.of();
    private int evaluationNumber;
    private Set<String> platforms = Set.of();
    private Set<String> deniedProducts = Set.of();
    private Map<String, SnpTcb> minimumSnp = Map.of();
    private int vmpl;
    private boolean crl;
    private boolean maskedChip;
    private boolean smt = true;
    private long platformInfo;
    private long guestPolicy;
    private long maxAge = 3 * 3600;

    private Builder(String name) {
      this.name = name;
    }

    private Builder(Builder other) {
      name = other.name.endsWith("+") ? other.name : other.name + "+";
      accepted = other.accepted;
      warned = other.warned;
      mitigated = other.mitigated;
      denied = other.denied;
      debug = other.debug;
      unbound = other.unbound;
      intelOnly = other.intelOnly;
      migration = other.migration;
      septVe = other.septVe;
      tdAttributes = other.tdAttributes;
      serviceTds = other.serviceTds;
      seamModules = other.seamModules;
      evaluationNumber = other.evaluationNumber;
      platforms = other.platforms;
      deniedProducts = other.deniedProducts;
      minimumSnp = other.minimumSnp;
      vmpl = other.vmpl;
      crl = other.crl;
      maskedChip = other.maskedChip;
      smt = other.smt;
      platformInfo = other.platformInfo;
      guestPolicy = other.guestPolicy;
      maxAge = other.maxAge;
    }

    private static Set<TcbStatus> judged(TcbStatus... statuses) {
      for (TcbStatus status : statuses)
        if (status.isTerminal())
          throw new IllegalArgumentException(status.word() + " cannot be accepted");
      return Set.of(statuses);
    }

    /** The name in results. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Sets the statuses that need no warning; Revoked and NotSupported cannot be among them. */
    public Builder accept(TcbStatus... statuses) {
      accepted = judged(statuses);
      return this;
    }

    /**
     * Sets the statuses that are accepted with a warning; Revoked and NotSupported cannot be among
     * them.
     */
    public Builder warn(TcbStatus... statuses) {
      warned = judged(statuses);
      return this;
    }

    /** See {@link Policy#mitigatedAdvisories}. */
    public Builder mitigated(Set<String> advisories) {
      mitigated = Set.copyOf(advisories);
      return this;
    }

    /** See {@link Policy#deniedAdvisories}. */
    public Builder deny(Set<String> advisories) {
      denied = Set.copyOf(advisories);
      return this;
    }

    /** See {@link Policy#allowsDebug}. */
    public Builder allowDebug(boolean value) {
      debug = value;
      return this;
    }

    /** See {@link Policy#allowsUnbound}. */
    public Builder allowUnbound(boolean value) {
      unbound = value;
      return this;
    }

    private Builder intelOnly(boolean value) {
      intelOnly = value;
      return this;
    }

    /** See {@link Policy#allowsMigration}. */
    public Builder allowMigration(boolean value) {
      migration = value;
      return this;
    }

    /** See {@link Policy#allowsSeptVe}. */
    public Builder allowSeptVe(boolean value) {
      septVe = value;
      return this;
    }

    /** See {@link Policy#extraTdAttributes}. */
    public Builder extraTdAttributes(long bits) {
      tdAttributes = bits;
      return this;
    }

    /** See {@link Policy#serviceTds}. */
    public Builder serviceTds(Set<String> measurements) {
      serviceTds = Set.copyOf(measurements);
      return this;
    }

    /** See {@link Policy#seamModules}. */
    public Builder seamModules(Set<String> measurements) {
      seamModules = Set.copyOf(measurements);
      return this;
    }

    /** See {@link Policy#minimumEvaluationNumber}. */
    public Builder minimumEvaluationNumber(int number) {
      evaluationNumber = number;
      return this;
    }

    /** See {@link Policy#platforms}. */
    public Builder platforms(Set<String> ids) {
      platforms = Set.copyOf(ids);
      return this;
    }

    /** See {@link Policy#deniedProducts}. */
    public Builder denyProducts(Set<String> products) {
      deniedProducts = Set.copyOf(products);
      return this;
    }

    /** See {@link Policy#minimumSnpTcb}. */
    public Builder minimumSnpTcb(Map<String, SnpTcb> byProduct) {
      minimumSnp = Map.copyOf(byProduct);
      return this;
    }

    /** See {@link Policy#vmpl}. */
    public Builder vmpl(int level) {
      vmpl = level;
      return this;
    }

    /** See {@link Policy#requiresCrl}. */
    public Builder requireCrl(boolean value) {
      crl = value;
      return this;
    }

    /** See {@link Policy#allowsMaskedChip}. */
    public Builder allowMaskedChip(boolean value) {
      maskedChip = value;
      return this;
    }

    /** See {@link Policy#allowsSmt}. */
    public Builder allowSmt(boolean value) {
      smt = value;
      return this;
    }

    /** See {@link Policy#requiredPlatformInfo}. */
    public Builder requirePlatformInfo(long bits) {
      platformInfo = bits;
      return this;
    }

    /** See {@link Policy#requiredGuestPolicy}. */
    public Builder requireGuestPolicy(long bits) {
      guestPolicy = bits;
      return this;
    }

    /** See {@link Policy#maxAgeSeconds}. */
    public Builder maxAgeSeconds(long seconds) {
      maxAge = seconds;
      return this;
    }
  }
}
