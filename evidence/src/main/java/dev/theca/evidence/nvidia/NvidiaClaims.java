package dev.theca.evidence.nvidia;

import dev.theca.evidence.NvidiaReport;
import dev.theca.evidence.audit.Audit;
import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** What a GPU's evidence says, in the names of Trustee's local verifier. */
final class NvidiaClaims {
  private NvidiaClaims() {}

  static JsonObject of(NvidiaReport report, String root) {
    var measurements = JsonObject.builder();
    report.measurements().forEach((index, value) -> measurements.put(index + "", Audit.hex(value)));
    String arch = report.architecture();
    return JsonObject.builder()
        .put("arch", arch.charAt(0) + arch.substring(1).toLowerCase(Locale.ROOT))
        .put("measurements", measurements.build())
        .put("config", config(report))
        .put("report_data", Audit.hex(report.nonce()))
        .put("trust_root", root)
        .build();
  }

  private static JsonObject config(NvidiaReport report) {
    var out = JsonObject.builder();
    report
        .opaque()
        .forEach(
            (type, value) -> {
              switch (type) {
                case 3 -> out.put("driver_version", text(value));
                case 4 -> out.put("gpu_info", Audit.hex(value));
                case 6 -> out.put("vbios_version", vbios(value));
                case 11 -> out.put("nvdec0_status", text(value));
                case 12 -> out.put("measurement_count", counts(value));
                case 13 -> out.put("cpr_info", Audit.hex(value));
                case 14 -> out.put("board_id", Audit.hex(value));
                case 15 -> out.put("chip_sku", text(value));
                case 16 -> out.put("chip_sku_mod", text(value));
                case 17 -> out.put("project", text(value));
                case 18 -> out.put("project_sku", text(value));
                case 19 -> out.put("project_sku_mod", Audit.hex(value));
                case 20 -> out.put("fwid", Audit.hex(value));
                case 21 -> out.put("protected_pcie_status", text(value));
                default -> out.put("opaque_" + type, Audit.hex(value));
              }
            });
    return out.build();
  }

  private static String text(byte[] value) {
    int end = 0;
    while (end < value.length && value[end] != 0) end++;
    return new String(value, 0, end, StandardCharsets.US_ASCII).replaceAll("\\p{Cntrl}", "?");
  }

  /** The first half turned round, then the first byte of the second. */
  private static String vbios(byte[] value) {
    if (value.length < 2) return Audit.hex(value);
    int half = value.length / 2;
    var hex = HexFormat.of();
    var out = new StringBuilder();
    for (int i = half - 1; i >= 0; i--) out.append(hex.toHexDigits(value[i])).append('.');
    return out.append(hex.toHexDigits(value[half])).toString();
  }

  private static JsonObject counts(byte[] value) {
    var out = JsonObject.builder();
    var in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; in.remaining() >= 4; i++) out.put(i + "", Integer.toUnsignedLong(in.getInt()));
    return out.build();
  }
}
