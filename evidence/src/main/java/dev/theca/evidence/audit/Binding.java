package dev.theca.evidence.audit;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import java.security.MessageDigest;
import java.util.Arrays;

/** Compares what evidence is bound to with what it must be bound to. */
public final class Binding {
  private Binding() {}

  /**
   * Report data: compared in constant time over the whole field, shorter values padded with zeroes.
   */
  public static void reportData(Audit audit, Expected expected, Policy policy, byte[] field) {
    if (expected.reportData().isEmpty()) {
      unbound(audit, policy, "report data");
      return;
    }
    padded(
        audit, EvidenceCode.BINDING_REPORT_DATA, "report data", expected.reportData().get(), field);
  }

  public static void initData(Audit audit, Expected expected, byte[] field, String name) {
    if (expected.initData().isEmpty()) return;
    padded(
        audit,
        EvidenceCode.BINDING_INIT_DATA,
        name + " (init data)",
        expected.initData().get(),
        field);
  }

  /** A challenge in a field of its own length: equal to the expected report data, unpadded. */
  public static void challenge(
      Audit audit, Expected expected, Policy policy, EvidenceCode code, String what, byte[] field) {
    expected
        .reportData()
        .ifPresentOrElse(
            wanted -> exact(audit, code, what, wanted, field), () -> unbound(audit, policy, what));
  }

  /** For evidence without a place for init data: who expects some is told that it proves none. */
  public static void noInitData(Audit audit, Expected expected) {
    if (expected.initData().isEmpty()) return;
    audit.add(
        Severity.FATAL,
        EvidenceCode.BINDING_INIT_DATA,
        Step.BINDING,
        "init data",
        "a field for it",
        "none in this evidence");
  }

  public static void unbound(Audit audit, Policy policy, String what) {
    audit.add(
        policy.allowsUnbound() ? Severity.NOTE : Severity.FATAL,
        EvidenceCode.BINDING_REPORT_DATA,
        Step.BINDING,
        what,
        "a value to compare with",
        "none, so the evidence may be a replay");
  }

  private static void padded(
      Audit audit, EvidenceCode code, String what, byte[] wanted, byte[] field) {
    if (wanted.length > field.length) {
      audit.add(
          Severity.FATAL,
          code,
          Step.BINDING,
          "expected " + what,
          "at most " + field.length + " bytes",
          wanted.length + " bytes");
      return;
    }
    exact(audit, code, what, Arrays.copyOf(wanted, field.length), field);
  }

  /** Equal, byte for byte and in length. */
  public static void exact(
      Audit audit, EvidenceCode code, String what, byte[] wanted, byte[] field) {
    audit.check(
        MessageDigest.isEqual(wanted, field),
        code,
        Step.BINDING,
        what,
        Audit.hex(wanted),
        Audit.hex(field));
  }
}
