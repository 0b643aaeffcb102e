package dev.theca.evidence.amd;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The evidence JSON of tee "snp": the report's fields one by one, byte strings as arrays of
 * numbers, and the certificate chain (KBS protocol 0.4.0). It is put back into the 1184 bytes that
 * were signed.
 */
public final class SnpJson {
  private SnpJson() {}

  public static Outcome<SnpReport> parse(JsonObject json) {
    try {
      var report = json.object("attestation_report");
      if (report.isEmpty()) throw bad("an object 'attestation_report'", "none");
      byte[] bytes = new Writer(report.get()).write();
      var checked = SnpReader.read(bytes);
      return Outcome.granted(new SnpReport(checked.bytes(), chain(json)));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static Map<SnpReport.Certificate, byte[]> chain(JsonObject json) throws Rejected {
    var found = new EnumMap<SnpReport.Certificate, byte[]>(SnpReport.Certificate.class);
    for (JsonValue item : json.array("cert_chain").orElse(List.of())) {
      if (!(item instanceof JsonObject one)) throw bad("objects in 'cert_chain'", "others");
      String type = one.string("cert_type").orElse("");
      byte[] data = bytes(one.array("data").orElseThrow(() -> bad("'data'", "none")), -1, "data");
      for (var kind : SnpReport.Certificate.values())
        if (kind.name().equals(type) && found.put(kind, data) != null)
          throw bad("one " + type, "two");
    }
    return found;
  }

  private static byte[] bytes(List<JsonValue> numbers, int size, String name) throws Rejected {
    if (size >= 0 && numbers.size() != size)
      throw bad(size + " numbers in '" + name + "'", numbers.size() + "");
    byte[] out = new byte[numbers.size()];
    for (int i = 0; i < out.length; i++) {
      if (!(numbers.get(i) instanceof JsonNumber n) || !n.literal().matches("[0-9]{1,3}"))
        throw bad("bytes in '" + name + "'", "another value");
      int value = Integer.parseInt(n.literal());
      if (value > 255) throw bad("bytes in '" + name + "'", value + "");
      out[i] = (byte) value;
    }
    return out;
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "SNP evidence", expected, found);
  }

  /** The report's fields at their offsets. */
  private static final class Writer {
    private final JsonObject in;
    private final ByteBuffer out =
        ByteBuffer.allocate(SnpReport.SIZE).order(ByteOrder.LITTLE_ENDIAN);

    Writer(JsonObject in) {
      this.in = in;
    }

    byte[] write() throws Rejected {
      int version = (int) number(in, "version");
      out.putInt(0, version);
      out.putInt(4, (int) number(in, "guest_svn"));
      out.putLong(8, number(in, "policy"));
      array("family_id", 0x10, 16);
      array("image_id", 0x20, 16);
      out.putInt(0x30, (int) number(in, "vmpl"));
      out.putInt(0x34, (int) number(in, "sig_algo"));
      out.putLong(0x40, number(in, "plat_info"));
      out.putInt(0x48, (int) number(in, "key_info"));
      array("report_data", 0x50, 64);
      array("measurement", 0x90, 48);
      array("host_data", 0xC0, 32);
      array("id_key_digest", 0xE0, 48);
      array("author_key_digest", 0x110, 48);
      array("report_id", 0x140, 32);
      array("report_id_ma", 0x160, 32);
      small("cpuid_fam_id", 0x188);
      small("cpuid_mod_id", 0x189);
      small("cpuid_step", 0x18A);
      array("chip_id", 0x1A0, 64);
      firmware("current", 0x1E8);
      firmware("committed", 0x1EC);
      if (in.members().get("launch_mit_vector") instanceof JsonNumber)
        out.putLong(0x1F8, number(in, "launch_mit_vector"));
      if (in.members().get("current_mit_vector") instanceof JsonNumber)
        out.putLong(0x200, number(in, "current_mit_vector"));
      for (var tcb :
          Map.of(
                  "current_tcb",
                  0x38,
                  "reported_tcb",
                  0x180,
                  "committed_tcb",
                  0x1E0,
                  "launch_tcb",
                  0x1F0)
              .entrySet()) tcb(tcb.getKey(), tcb.getValue());
      var signature = object("signature");
      out.put(0x2A0, bytes(signature.array("r").orElseThrow(() -> bad("'r'", "none")), 72, "r"));
      out.put(0x2E8, bytes(signature.array("s").orElseThrow(() -> bad("'s'", "none")), 72, "s"));
      return out.array();
    }

    private JsonObject object(String name) throws Rejected {
      return in.object(name).orElseThrow(() -> bad("an object '" + name + "'", "none"));
    }

    private static long number(JsonObject from, String name) throws Rejected {
      if (from.members().get(name) instanceof JsonNumber n && n.literal().matches("[0-9]{1,20}")) {
        try {
          return Long.parseUnsignedLong(n.literal());
        } catch (NumberFormatException e) {
          throw bad("a number of 64 bits in '" + name + "'", n.literal());
        }
      }
      throw bad("a number '" + name + "'", "none");
    }

    private void small(String name, int at) throws Rejected {
      if (!(in.members().get(name) instanceof JsonNumber)) return; // null before version 3
      out.put(at, (byte) number(in, name));
    }

    private void array(String name, int at, int size) throws Rejected {
      out.put(
          at, bytes(in.array(name).orElseThrow(() -> bad("'" + name + "'", "none")), size, name));
    }

    private void firmware(String name, int at) throws Rejected {
      var one = object(name);
      out.put(at, (byte) number(one, "build"));
      out.put(at + 1, (byte) number(one, "minor"));
      out.put(at + 2, (byte) number(one, "major"));
    }

    /** With an fmc the bytes are in Turin's order. */
    private void tcb(String name, int at) throws Rejected {
      var one = object(name);
      boolean turin = one.members().get("fmc") instanceof JsonNumber;
      int next = at;
      if (turin) out.put(next++, (byte) number(one, "fmc"));
      out.put(next, (byte) number(one, "bootloader"));
      out.put(next + 1, (byte) number(one, "tee"));
      out.put(turin ? at + 3 : at + 6, (byte) number(one, "snp"));
      out.put(at + 7, (byte) number(one, "microcode"));
    }
  }
}
