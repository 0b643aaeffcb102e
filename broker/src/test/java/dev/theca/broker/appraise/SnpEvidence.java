package dev.theca.broker.appraise;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The evidence JSON of an SNP report, as attesters emit it. */
final class SnpEvidence {
  private SnpEvidence() {}

  static JsonObject of(byte[] report, JsonArray chain) {
    var in = ByteBuffer.wrap(report).order(ByteOrder.LITTLE_ENDIAN);
    var out =
        JsonObject.builder()
            .put("version", in.getInt(0))
            .put("guest_svn", in.getInt(4))
            .put("policy", in.getLong(8))
            .put("family_id", part(report, 0x10, 16))
            .put("image_id", part(report, 0x20, 16))
            .put("vmpl", in.getInt(0x30))
            .put("sig_algo", in.getInt(0x34))
            .put("plat_info", in.getLong(0x40))
            .put("key_info", in.getInt(0x48))
            .put("report_data", part(report, 0x50, 64))
            .put("measurement", part(report, 0x90, 48))
            .put("host_data", part(report, 0xC0, 32))
            .put("id_key_digest", part(report, 0xE0, 48))
            .put("author_key_digest", part(report, 0x110, 48))
            .put("report_id", part(report, 0x140, 32))
            .put("report_id_ma", part(report, 0x160, 32))
            .put("cpuid_fam_id", report[0x188] & 0xFF)
            .put("cpuid_mod_id", report[0x189] & 0xFF)
            .put("cpuid_step", report[0x18A] & 0xFF)
            .put("chip_id", part(report, 0x1A0, 64))
            .put("current", firmware(report, 0x1E8))
            .put("committed", firmware(report, 0x1EC))
            .put("current_tcb", tcb(report, 0x38))
            .put("reported_tcb", tcb(report, 0x180))
            .put("committed_tcb", tcb(report, 0x1E0))
            .put("launch_tcb", tcb(report, 0x1F0))
            .put(
                "signature",
                JsonObject.builder()
                    .put("r", part(report, 0x2A0, 72))
                    .put("s", part(report, 0x2E8, 72))
                    .build())
            .build();
    return JsonObject.builder().put("attestation_report", out).put("cert_chain", chain).build();
  }

  private static JsonArray part(byte[] report, int at, int size) {
    return Worlds.numbers(Arrays.copyOfRange(report, at, at + size));
  }

  private static JsonObject firmware(byte[] report, int at) {
    return JsonObject.builder()
        .put("build", report[at] & 0xFF)
        .put("minor", report[at + 1] & 0xFF)
        .put("major", report[at + 2] & 0xFF)
        .build();
  }

  private static JsonObject tcb(byte[] report, int at) {
    return JsonObject.builder()
        .put("bootloader", report[at] & 0xFF)
        .put("tee", report[at + 1] & 0xFF)
        .put("snp", report[at + 6] & 0xFF)
        .put("microcode", report[at + 7] & 0xFF)
        .build();
  }
}
