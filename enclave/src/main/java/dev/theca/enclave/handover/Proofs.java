package dev.theca.enclave.handover;

import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.ReportBytes;
import dev.theca.enclave.TargetInfo;
import dev.theca.enclave.TeePlatform;
import dev.theca.evidence.EnclaveReport;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** What a REPORT must show before its sender is believed. */
final class Proofs {
  private Proofs() {}

  /**
   * Checks platform, binding to this run, the sender's own target info, and identity, in this
   * order.
   */
  static EnclaveReport check(
      TeePlatform platform,
      byte[] proof,
      byte[] reportData,
      byte[] targetInfo,
      List<PeerIdentity> accepted,
      String who)
      throws HandoverFailed {
    if (proof.length != ReportBytes.SIZE || !platform.verifyReport(proof)) {
      throw new HandoverFailed(
          HandoverCode.PROOF,
          "proof of the " + who,
          "a report of this platform for this enclave",
          "another");
    }
    var report = EnclaveReport.read(ReportBytes.body(proof));
    if (!MessageDigest.isEqual(report.reportData(), reportData)) {
      throw new HandoverFailed(
          HandoverCode.PROOF, "proof of the " + who, "one over this run", "one over another");
    }
    if (!Arrays.equals(TargetInfo.of(report).bytes(), targetInfo)) {
      throw new HandoverFailed(
          HandoverCode.PROOF, "proof of the " + who, "the enclave that it said it is", "another");
    }
    if (accepted.stream().noneMatch(identity -> identity.matches(report))) {
      var found = new PeerIdentity(report.mrSigner(), report.isvProdId(), report.isvSvn());
      throw new HandoverFailed(
          HandoverCode.IDENTITY,
          "identity of the " + who,
          accepted + ", no debug",
          (report.debug() ? "debug enclave, " : "") + found);
    }
    return report;
  }
}
