package dev.theca.evidence.amd;

import dev.theca.evidence.SnpReport;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.audit.Audit;
import dev.theca.wire.json.JsonObject;

/** What a genuine report says, in the names of Trustee's attestation service. */
final class SnpClaims {
  private SnpClaims() {}

  static JsonObject of(SnpReport report, VerifiedSnp vek) {
    long policy = report.policy();
    var tcb = vek.product().tcb(report.reportedTcb());
    var out =
        JsonObject.builder()
            .put("measurement", Audit.hex(report.measurement()))
            .put("report_data", Audit.hex(report.reportData()))
            .put("init_data", Audit.hex(report.hostData()))
            .put("chip_id", Audit.hex(report.chipId()))
            .put("id_key_digest", Audit.hex(report.idKeyDigest()))
            .put("author_key_digest", Audit.hex(report.authorKeyDigest()))
            .put("guest_svn", Integer.toUnsignedLong(report.guestSvn()))
            .put("vmpl", Integer.toUnsignedLong(report.vmpl()))
            .put("product", vek.product().word())
            .put("signing_key", vek.kind().name())
            .put("policy_abi_major", policy >> 8 & 0xFF)
            .put("policy_abi_minor", policy & 0xFF)
            .put("policy_smt_allowed", report.smtAllowed())
            .put("policy_migrate_ma", report.migrationAllowed())
            .put("policy_debug_allowed", report.debugAllowed())
            .put("policy_single_socket", (policy >> 20 & 1) != 0)
            .put("platform_smt_enabled", (report.platformInfo() & 1) != 0)
            .put("platform_tsme_enabled", (report.platformInfo() >> 1 & 1) != 0)
            .put("platform_alias_check_complete", (report.platformInfo() >> 5 & 1) != 0)
            .put("reported_tcb_bootloader", tcb.bootloader())
            .put("reported_tcb_tee", tcb.tee())
            .put("reported_tcb_snp", tcb.snp())
            .put("reported_tcb_microcode", tcb.microcode());
    if (vek.product() == SnpReport.Product.TURIN) out.put("reported_tcb_fmc", tcb.fmc());
    vek.extensions().cspId().ifPresent(csp -> out.put("csp_id", csp));
    if (!TrustRoots.isHardware(vek.rootName())) out.put("simulated", true);
    return out.put("trust_root", vek.rootName()).build();
  }
}
