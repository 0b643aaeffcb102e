package dev.theca.evidence.amd;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Severity;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import java.util.Arrays;
import java.util.Locale;

/** What a genuine report must also satisfy. All of it is looked at. */
final class SnpPolicy {
  private final SnpReport report;
  private final VerifiedSnp vek;
  private final Policy policy;
  private final Audit audit;

  private SnpPolicy(SnpReport report, VerifiedSnp vek, Policy policy, Audit audit) {
    this.report = report;
    this.vek = vek;
    this.policy = policy;
    this.audit = audit;
  }

  static void check(
      SnpReport report, VerifiedSnp vek, Expected expected, Policy policy, Audit audit) {
    var self = new SnpPolicy(report, vek, policy, audit);
    self.tcb();
    self.guest();
    self.platform();
    Binding.reportData(audit, expected, policy, report.reportData());
    Binding.initData(audit, expected, report.hostData(), "HOST_DATA");
  }

  private void tcb() {
    var product = vek.product();
    var current = product.tcb(report.currentTcb());
    var committed = product.tcb(report.committedTcb());
    var reported = product.tcb(report.reportedTcb());
    var launch = product.tcb(report.launchTcb());
    audit.check(
        current.atLeast(committed) && committed.atLeast(reported) && current.atLeast(launch),
        EvidenceCode.TCB_NOT_SUPPORTED,
        Step.TCB,
        "order of the TCBs",
        "reported <= committed <= current, launch <= current",
        "reported ("
            + reported
            + "), committed ("
            + committed
            + "), current ("
            + current
            + "), launch ("
            + launch
            + ")");
    if (Arrays.compare(report.committedVersion(), report.currentVersion()) != 0)
      audit.add(
          Severity.WARNING,
          EvidenceCode.POLICY_MIN_TCB,
          Step.TCB,
          "firmware",
          "a committed version",
          "provisional " + Arrays.toString(report.currentVersion()));
    var least = policy.minimumSnpTcb().get(product.word().toLowerCase(Locale.ROOT));
    if (least != null)
      audit.check(
          reported.atLeast(least),
          EvidenceCode.POLICY_MIN_TCB,
          Step.TCB,
          "reported TCB",
          "at least " + least,
          reported + "");
  }

  private void guest() {
    if (!policy.allowsDebug() || !report.debugAllowed())
      audit.check(
          !report.debugAllowed(),
          EvidenceCode.POLICY_DEBUG,
          Step.POLICY,
          "guest",
          "a guest that forbids debugging",
          report.debugAllowed() ? "a guest that allows it" : "a guest that forbids debugging");
    byte[] none = new byte[32];
    Arrays.fill(none, (byte) 0xFF);
    boolean agent = !Arrays.equals(report.reportIdMa(), none);
    if (!policy.allowsMigration())
      audit.check(
          !report.migrationAllowed(),
          EvidenceCode.POLICY_MIGRATION,
          Step.POLICY,
          "migration",
          "forbidden",
          report.migrationAllowed() ? "allowed" + (agent ? ", with an agent" : "") : "forbidden");
    audit.check(
        report.vmpl() == policy.vmpl(),
        EvidenceCode.POLICY_VMPL,
        Step.POLICY,
        "privilege level (VMPL)",
        policy.vmpl() + "",
        report.vmpl() == -1 ? "the host's" : Integer.toUnsignedString(report.vmpl()));
    if (!policy.allowsSmt())
      audit.check(
          !report.smtAllowed(),
          EvidenceCode.POLICY_SMT,
          Step.POLICY,
          "SMT",
          "forbidden by the guest",
          report.smtAllowed() ? "allowed" : "forbidden");
    bits("guest policy", report.policy(), policy.requiredGuestPolicy());
  }

  private void bits(String what, long found, long required) {
    if (required == 0) return;
    audit.check(
        (found & required) == required,
        EvidenceCode.POLICY_REFERENCE,
        Step.POLICY,
        what,
        "bits 0x" + Long.toHexString(required),
        "0x" + Long.toHexString(found));
  }

  private void platform() {
    bits("platform info", report.platformInfo(), policy.requiredPlatformInfo());
    boolean denied =
        policy.deniedProducts().contains(vek.product().word().toLowerCase(Locale.ROOT));
    if (denied)
      audit.add(
          Severity.FATAL,
          EvidenceCode.POLICY_PRODUCT,
          Step.POLICY,
          "product",
          "none of " + policy.deniedProducts(),
          vek.product().word());
    if (!vek.listed())
      audit.add(
          policy.requiresCrl() ? Severity.MISSING : Severity.NOTE,
          EvidenceCode.REVOCATION_CRL_INVALID,
          Step.CHAIN,
          "revocation list of the product",
          "one",
          "none");
    boolean masked = Arrays.equals(report.chipId(), new byte[64]);
    if (masked && vek.kind() == SnpReport.KeyKind.VCEK && !policy.allowsMaskedChip())
      audit.add(
          Severity.FATAL,
          EvidenceCode.POLICY_PLATFORM_ID,
          Step.POLICY,
          "chip id",
          "one that the VCEK names",
          "masked");
    if (!policy.platforms().isEmpty()) {
      String chip = Audit.hex(report.chipId());
      audit.check(
          policy.platforms().stream().anyMatch(chip::equalsIgnoreCase),
          EvidenceCode.POLICY_PLATFORM_ID,
          Step.POLICY,
          "chip id",
          "one of the listed",
          chip);
    }
  }
}
