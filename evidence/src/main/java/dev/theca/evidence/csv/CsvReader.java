package dev.theca.evidence.csv;

import dev.theca.evidence.CsvReport;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the evidence JSON of tee "csv"; reports of version 2, told by their magic, are not known.
 */
public final class CsvReader {
  private static final int SIZE = 4096;
  private static final int MAGIC = 16;

  private CsvReader() {}

  public static Outcome<CsvReport> parse(JsonObject json) {
    try {
      var report =
          json.object("attestation_report").orElseThrow(() -> bad("'attestation_report'", "none"));
      byte[] data = bytes(report, "data", SIZE);
      boolean second = !Arrays.equals(bytes(report, "magic", MAGIC), new byte[MAGIC]);
      if (second)
        throw new Rejected(
            EvidenceCode.UNSUPPORTED_TEE, Step.FORMAT, "CSV report", "version 1", "version 2");
      return Outcome.granted(new CsvReport(data));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static byte[] bytes(JsonObject from, String name, int size) throws Rejected {
    var items = from.array(name).orElse(List.of());
    if (items.size() != size) throw bad(size + " numbers in '" + name + "'", items.size() + "");
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) {
      long value = items.get(i) instanceof JsonNumber n ? n.toLong().orElse(-1L) : -1;
      if (value < 0 || value > 255) throw bad("bytes in '" + name + "'", "another value");
      out[i] = (byte) value;
    }
    return out;
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "CSV evidence", expected, found);
  }
}
