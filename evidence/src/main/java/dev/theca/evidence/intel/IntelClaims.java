package dev.theca.evidence.intel;

import dev.theca.evidence.EventLog;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.TcbVerdict;
import dev.theca.evidence.TdReport;
import dev.theca.evidence.TdxQuote;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.audit.Audit;
import dev.theca.wire.Digest;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Crl;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a believed quote says, in the names of Trustee's attestation service; byte strings are
 * lower-case hex in memory order.
 */
final class IntelClaims {
  private static final List<String> TYPES =
      List.of("Standard", "Scalable", "Scalable with Integrity");

  private IntelClaims() {}

  static JsonObject of(
      IntelQuote quote, PckExtension pck, VerifiedIntel vc, TcbVerdict tcb, Instant at) {
    var out = JsonObject.builder();
    switch (quote) {
      case SgxQuote sgx -> sgx(out, sgx);
      case TdxQuote tdx -> tdx(out, tdx);
    }
    pck.platformInstanceId().ifPresent(id -> out.put("platform_instance_id", reversed(id)));
    collateral(out, pck, vc, tcb, at);
    if (!TrustRoots.isHardware(vc.rootName())) out.put("simulated", true);
    return out.put("trust_root", vc.rootName()).build();
  }

  /** Trustee prints this one last byte first. */
  private static String reversed(String hex) {
    var out = new StringBuilder();
    for (int i = hex.length() - 2; i >= 0; i -= 2) out.append(hex, i, i + 2);
    return out.toString().toLowerCase(Locale.ROOT);
  }

  private static String hex(byte[] from, int at, int size) {
    return Audit.hex(Arrays.copyOfRange(from, at, at + size));
  }

  private static void sgx(JsonObject.Builder out, SgxQuote quote) {
    byte[] h = quote.signedBytes();
    int b = h.length - 384;
    out.put(
        "header",
        JsonObject.builder()
            .put("version", hex(h, 0, 2))
            .put("att_key_type", hex(h, 2, 2))
            .put("att_key_data_0", hex(h, 4, 4))
            .put("qe_svn", hex(h, 8, 2))
            .put("pce_svn", hex(h, 10, 2))
            .put("vendor_id", hex(h, 12, 16))
            .put("user_data", hex(h, 28, 20))
            .build());
    out.put(
        "body",
        JsonObject.builder()
            .put("cpu_svn", hex(h, b, 16))
            .put("misc_select", hex(h, b + 16, 4))
            .put("reserved1", hex(h, b + 20, 12))
            .put("isv_ext_prod_id", hex(h, b + 32, 16))
            .put("attributes.flags", hex(h, b + 48, 8))
            .put("attributes.xfrm", hex(h, b + 56, 8))
            .put("mr_enclave", hex(h, b + 64, 32))
            .put("reserved2", hex(h, b + 96, 32))
            .put("mr_signer", hex(h, b + 128, 32))
            .put("reserved3", hex(h, b + 160, 32))
            .put("config_id", hex(h, b + 192, 64))
            .put("isv_prod_id", hex(h, b + 256, 2))
            .put("isv_svn", hex(h, b + 258, 2))
            .put("config_svn", hex(h, b + 260, 2))
            .put("reserved4", hex(h, b + 262, 42))
            .put("isv_family_id", hex(h, b + 304, 16))
            .put("report_data", hex(h, b + 320, 64))
            .build());
    out.put("report_data", hex(h, b + 320, 64)).put("init_data", hex(h, b + 192, 64));
  }

  private static void tdx(JsonObject.Builder out, TdxQuote quote) {
    byte[] h = quote.signedBytes();
    var body = quote.report();
    var quoted =
        JsonObject.builder()
            .put(
                "header",
                JsonObject.builder()
                    .put("version", hex(h, 0, 2))
                    .put("att_key_type", hex(h, 2, 2))
                    .put("tee_type", hex(h, 4, 4))
                    .put("reserved", hex(h, 8, 4))
                    .put("vendor_id", hex(h, 12, 16))
                    .put("user_data", hex(h, 28, 20))
                    .build())
            .put("body", body(body));
    if (quote.version() == 5) quoted.put("type", hex(h, 48, 2)).put("size", hex(h, 50, 4));
    out.put("quote", quoted.build());
    out.put("event_log", quote.eventLog().isPresent() ? "replayed" : "absent");
    quote.eventLog().ifPresent(log -> out.put("uefi_event_logs", log.claims(EventLog.SHA384)));
    long bits = body.attributes();
    out.put(
        "td_attributes",
        JsonObject.builder()
            .put("debug", (bits & 1) != 0)
            .put("septve_disable", (bits >> 28 & 1) != 0)
            .put("protection_keys", (bits >> 30 & 1) != 0)
            .put("key_locker", (bits >> 31 & 1) != 0)
            .put("perfmon", (bits >>> 63) != 0)
            .build());
    out.put("report_data", Audit.hex(body.reportData()));
    out.put("init_data", Audit.hex(body.mrConfigId()));
  }

  private static JsonObject body(TdReport report) {
    byte[] b = report.body();
    var out =
        JsonObject.builder()
            .put("tcb_svn", hex(b, 0, 16))
            .put("mr_seam", hex(b, 16, 48))
            .put("mrsigner_seam", hex(b, 64, 48))
            .put("seam_attributes", hex(b, 112, 8))
            .put("td_attributes", hex(b, 120, 8))
            .put("xfam", hex(b, 128, 8))
            .put("mr_td", hex(b, 136, 48))
            .put("mr_config_id", hex(b, 184, 48))
            .put("mr_owner", hex(b, 232, 48))
            .put("mr_owner_config", hex(b, 280, 48));
    for (int i = 0; i < 4; i++) out.put("rtmr_" + i, hex(b, 328 + 48 * i, 48));
    out.put("report_data", hex(b, 520, 64));
    if (report.hasCurrentTcb())
      out.put("tee_tcb_svn2", hex(b, 584, 16)).put("mr_servicetd", hex(b, 600, 48));
    return out.build();
  }

  private static void collateral(
      JsonObject.Builder out, PckExtension pck, VerifiedIntel vc, TcbVerdict tcb, Instant at) {
    out.put("tcb_status", tcb.launch().word())
        .put("tcb_date", tcb.launchDate().toString())
        .put("advisory_ids", JsonArray.strings(List.copyOf(tcb.advisoriesLaunch())))
        .put("tcb_status_current", tcb.current().word())
        .put("tcb_date_current", tcb.currentDate().toString())
        .put("advisory_ids_current", JsonArray.strings(List.copyOf(tcb.advisoriesCurrent())))
        .put("tcb_eval_num", tcb.evaluationNumber())
        .put("earliest_issue_date", issued(vc).min(Instant::compareTo).orElseThrow().toString())
        .put("latest_issue_date", issued(vc).max(Instant::compareTo).orElseThrow().toString())
        .put("earliest_expiration_date", vc.validUntil().toString())
        .put("collateral_expiration_status", at.isAfter(vc.validUntil()) ? "1" : "0")
        .put("pck_crl_num", number(vc.pckCrl()))
        .put("root_ca_crl_num", number(vc.rootCrl()))
        .put("platform_provider_id", pck.ppid().toLowerCase(Locale.ROOT))
        .put("root_key_id", Audit.hex(Digest.hasher("sha384").digest(vc.root().spki())))
        .put("sgx_type", TYPES.get(pck.sgxType()));
    pck.configuration().forEach((name, value) -> out.put("is_" + name, value));
  }

  private static Stream<Instant> issued(VerifiedIntel vc) {
    return Stream.of(
        vc.tcbInfo().issueDate(),
        vc.identity().issueDate(),
        vc.pckCrl().thisUpdate(),
        vc.rootCrl().thisUpdate());
  }

  private static long number(Crl crl) {
    var value = crl.extensions().get("2.5.29.20");
    if (value == null) return -1;
    try {
      return new DerReader(value.value()).integer().longValue();
    } catch (DerReader.Malformed e) {
      return -1;
    }
  }
}
