package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Severity;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.Step;
import dev.theca.evidence.TcbStatus;
import dev.theca.evidence.TcbVerdict;
import dev.theca.evidence.TdxQuote;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What Intel's library leaves to its caller: statuses, attributes, bindings. All of it is looked
 * at.
 */
final class IntelPolicy {
  private static final long XFAM_REQUIRED = 0x3;
  private static final long XFAM_KNOWN = 0x0006DBE7;
  private static final long SEPT_VE_DISABLE = 1L << 28;
  private static final long MIGRATABLE = 1L << 29;

  private final Policy policy;
  private final Audit audit;

  private IntelPolicy(Policy policy, Audit audit) {
    this.policy = policy;
    this.audit = audit;
  }

  static void check(
      IntelQuote quote,
      PckExtension pck,
      TcbVerdict tcb,
      Expected expected,
      Policy policy,
      Audit audit) {
    var self = new IntelPolicy(policy, audit);
    self.status(tcb);
    if (!policy.intelOnly()) {
      self.advisories(tcb);
      self.evaluationNumber(tcb);
      self.platform(pck);
      self.quotingEnclave(quote);
    }
    switch (quote) {
      case SgxQuote sgx -> {
        if (!policy.intelOnly()) self.sgx(sgx);
        Binding.reportData(audit, expected, policy, sgx.report().reportData());
        Binding.initData(audit, expected, sgx.report().configId(), "CONFIGID");
      }
      case TdxQuote tdx -> {
        if (!policy.intelOnly()) self.tdx(tdx);
        Binding.reportData(audit, expected, policy, tdx.report().reportData());
        Binding.initData(audit, expected, tdx.report().mrConfigId(), "MRCONFIGID");
      }
    }
  }

  private void status(TcbVerdict tcb) {
    var words = new TreeSet<String>();
    Stream.concat(policy.accepted().stream(), policy.warned().stream())
        .forEach(s -> words.add(s.word()));
    String found =
        tcb.status().word()
            + (tcb.advisoriesLaunch().isEmpty() ? "" : " because of " + tcb.advisoriesLaunch())
            + (tcb.failingComponent().isEmpty() ? "" : "; " + tcb.failingComponent());
    Severity severity = Severity.FATAL;
    if (!tcb.status().isTerminal()) {
      boolean mitigated =
          tcb.status() == TcbStatus.SW_HARDENING_NEEDED
              && !tcb.advisoriesLaunch().isEmpty()
              && policy.mitigatedAdvisories().containsAll(tcb.advisoriesLaunch());
      if (policy.accepted().contains(tcb.status()) || mitigated) severity = Severity.PASSED;
      else if (policy.warned().contains(tcb.status())) severity = Severity.WARNING;
    }
    audit.add(
        severity,
        tcb.status().code(),
        Step.TCB,
        "TCB status of the platform",
        "one of " + words,
        found);
  }

  private void advisories(TcbVerdict tcb) {
    var denied = new TreeSet<>(tcb.advisoriesLaunch());
    denied.retainAll(policy.deniedAdvisories());
    if (!denied.isEmpty())
      audit.add(
          Severity.FATAL,
          EvidenceCode.POLICY_ADVISORY,
          Step.POLICY,
          "advisories",
          "none of " + policy.deniedAdvisories(),
          denied + "");
  }

  private void evaluationNumber(TcbVerdict tcb) {
    if (policy.minimumEvaluationNumber() > 0)
      audit.check(
          tcb.evaluationNumber() >= policy.minimumEvaluationNumber(),
          EvidenceCode.POLICY_EVAL_NUMBER,
          Step.POLICY,
          "TCB evaluation data number",
          "at least " + policy.minimumEvaluationNumber(),
          tcb.evaluationNumber() + "");
  }

  private void platform(PckExtension pck) {
    if (policy.platforms().isEmpty()) return;
    boolean known =
        policy.platforms().stream()
            .anyMatch(
                id ->
                    id.equalsIgnoreCase(pck.ppid())
                        || pck.platformInstanceId().filter(id::equalsIgnoreCase).isPresent());
    audit.check(
        known,
        EvidenceCode.POLICY_PLATFORM_ID,
        Step.POLICY,
        "platform",
        "one of the listed platforms",
        "PPID " + pck.ppid());
  }

  private void quotingEnclave(IntelQuote quote) {
    var qe = IntelVerifier.qeReport(quote);
    audit.check(
        !qe.debug(),
        EvidenceCode.POLICY_DEBUG,
        Step.POLICY,
        "quoting enclave",
        "a production enclave",
        qe.debug() ? "a debug enclave" : "a production enclave");
    byte[] tail = Arrays.copyOfRange(qe.reportData(), 32, 64);
    if (!Arrays.equals(tail, new byte[32]))
      audit.add(
          Severity.FATAL,
          EvidenceCode.QE_REPORT_DATA,
          Step.POLICY,
          "second half of the QE's report data",
          "zero",
          Audit.hex(tail));
  }

  private void sgx(SgxQuote quote) {
    var report = quote.report();
    if (!policy.allowsDebug() || !report.debug())
      audit.check(
          !report.debug(),
          EvidenceCode.POLICY_DEBUG,
          Step.POLICY,
          "enclave",
          "a production enclave",
          report.debug() ? "a debug enclave" : "a production enclave");
    audit.check(
        report.initialised() && report.plausible(),
        EvidenceCode.POLICY_ATTRIBUTES_RESERVED,
        Step.POLICY,
        "attributes of the enclave",
        "INIT and MODE64BIT, no reserved bit",
        Audit.hex(report.attributes()));
  }

  private void tdx(TdxQuote quote) {
    var report = quote.report();
    long attributes = report.attributes();
    if (!policy.allowsDebug() || !report.debug())
      audit.check(
          !report.debug(),
          EvidenceCode.POLICY_DEBUG,
          Step.POLICY,
          "TD",
          "a production TD (TUD bits of zero)",
          report.debug() ? "a debug TD" : "a production TD");
    long known = 0xFF | Policy.TD_KNOWN | policy.extraTdAttributes();
    audit.check(
        (attributes & ~known) == 0,
        EvidenceCode.POLICY_ATTRIBUTES_RESERVED,
        Step.POLICY,
        "attributes of the TD",
        "no reserved bit",
        "0x" + Long.toHexString(attributes));
    if (!policy.allowsSeptVe())
      audit.check(
          (attributes & SEPT_VE_DISABLE) != 0,
          EvidenceCode.POLICY_ATTRIBUTES_RESERVED,
          Step.POLICY,
          "SEPT_VE_DISABLE of the TD",
          "set",
          (attributes & SEPT_VE_DISABLE) != 0 ? "set" : "clear");
    if (!policy.allowsMigration())
      audit.check(
          (attributes & MIGRATABLE) == 0,
          EvidenceCode.POLICY_MIGRATION,
          Step.POLICY,
          "MIGRATABLE of the TD",
          "clear",
          (attributes & MIGRATABLE) == 0 ? "clear" : "set");
    long xfam = report.xfam();
    audit.check(
        (xfam & XFAM_REQUIRED) == XFAM_REQUIRED && (xfam & ~XFAM_KNOWN) == 0,
        EvidenceCode.POLICY_ATTRIBUTES_RESERVED,
        Step.POLICY,
        "XFAM of the TD",
        "x87 and SSE, no reserved bit",
        "0x" + Long.toHexString(xfam));
    String service = Audit.hex(report.mrServiceTd());
    if (!Arrays.equals(report.mrServiceTd(), new byte[48]))
      audit.check(
          policy.serviceTds().stream().anyMatch(service::equalsIgnoreCase),
          EvidenceCode.POLICY_SERVICE_TD,
          Step.POLICY,
          "bound service TD (MRSERVICETD)",
          policy.serviceTds().isEmpty() ? "none" : "one of the listed",
          service);
    String seam = Audit.hex(report.mrSeam());
    if (!policy.seamModules().isEmpty())
      audit.check(
          policy.seamModules().stream().anyMatch(seam::equalsIgnoreCase),
          EvidenceCode.POLICY_REFERENCE,
          Step.POLICY,
          "TDX module (MRSEAM)",
          "one of the listed",
          seam);
  }
}
