package dev.theca.evidence.amd;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Reads reports, and the certificate table that may follow one (AMD 56421, "Extended Guest
 * Request").
 */
public final class SnpReader {
  private static final int MAX = 64 << 10;
  private static final int ENTRY = 24;
  private static final int MAX_ENTRIES = 32;
  private static final Map<String, SnpReport.Certificate> GUIDS =
      Map.of(
          "63da758d-e664-4564-adc5-f4b93be8accd", SnpReport.Certificate.VCEK,
          "a8074bc2-a25a-483e-aae6-39c045a0b8a1", SnpReport.Certificate.VLEK,
          "4ab7b379-bbac-4fe4-a02f-05aef327c782", SnpReport.Certificate.ASK,
          "c0b406a4-a803-4952-9743-3fb6014cd0ae", SnpReport.Certificate.ARK);

  private SnpReader() {}

  public static Outcome<SnpReport> parse(byte[] bytes) {
    try {
      return Outcome.granted(read(bytes));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  static SnpReport read(byte[] bytes) throws Rejected {
    if (bytes.length > MAX)
      throw new Rejected(
          EvidenceCode.FORMAT_LIMIT,
          Step.FORMAT,
          "report",
          "at most " + MAX + " bytes",
          bytes.length + " bytes");
    need(bytes.length >= SnpReport.SIZE, "1184 bytes", bytes.length + " bytes");
    var carried = table(bytes);
    var report = new SnpReport(Arrays.copyOf(bytes, SnpReport.SIZE), carried);
    int version = report.version();
    need(version >= 2 && version <= 5, "version 2 to 5", "version " + version);
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    need(in.getInt(0x34) == 1, "signature algorithm 1 (P-384, SHA-384)", in.getInt(0x34) + "");
    need(report.signingKey().isPresent(), "a VCEK's or VLEK's signature", "another key kind");
    zero(bytes, 0x4C, 0x50);
    zero(bytes, version >= 3 ? 0x18B : 0x188, 0x1A0);
    zero(bytes, 0x1EB, 0x1EC);
    zero(bytes, 0x1EF, 0x1F0);
    zero(bytes, version >= 5 ? 0x208 : 0x1F8, 0x2A0);
    zero(bytes, 0x330, SnpReport.SIZE);
    need(
        (report.flags() & ~0x1F) == 0,
        "reserved flags of zero",
        Integer.toHexString(report.flags()));
    need((report.policy() >> 17 & 1) == 1, "policy bit 17 set", "clear");
    return report;
  }

  private static void zero(byte[] bytes, int from, int to) throws Rejected {
    for (int i = from; i < to; i++)
      need(bytes[i] == 0, "zero in reserved byte 0x%x".formatted(i), "%02x".formatted(bytes[i]));
  }

  private static Map<SnpReport.Certificate, byte[]> table(byte[] bytes) throws Rejected {
    var found = new EnumMap<SnpReport.Certificate, byte[]>(SnpReport.Certificate.class);
    int size = bytes.length - SnpReport.SIZE;
    if (size == 0) return found;
    var in = ByteBuffer.wrap(bytes, SnpReport.SIZE, size).slice().order(ByteOrder.LITTLE_ENDIAN);
    if (size >= 4 && in.getInt(0) > 0 && in.getInt(0) <= MAX_ENTRIES) return packed(in, size);
    int entries = entries(in, size);
    for (int i = 0; i < entries; i++) {
      long offset = Integer.toUnsignedLong(in.getInt(i * ENTRY + 16));
      long length = Integer.toUnsignedLong(in.getInt(i * ENTRY + 20));
      need(
          offset >= (long) (entries + 1) * ENTRY && offset + length <= size,
          "certificates behind the table and within the data",
          "offset " + offset + ", " + length + " bytes");
      byte[] raw = new byte[(int) length];
      in.get((int) offset, raw);
      var kind = kind(in, i * ENTRY);
      if (kind.isPresent() && found.put(kind.get(), raw) != null)
        need(false, "one " + kind.get(), "two");
    }
    return found;
  }

  /**
   * The form in which some tools store the answer: a count, and for each certificate the length of
   * what follows, the GUID with its bytes in text order, and the certificate.
   */
  private static Map<SnpReport.Certificate, byte[]> packed(ByteBuffer in, int size)
      throws Rejected {
    var found = new EnumMap<SnpReport.Certificate, byte[]>(SnpReport.Certificate.class);
    int at = 4;
    for (int i = in.getInt(0); i > 0; i--) {
      need(size - at >= 20, "a length and a GUID", (size - at) + " bytes");
      long length = Integer.toUnsignedLong(in.getInt(at));
      need(
          length >= 16 && length <= size - at - 4,
          "a certificate within the data",
          length + " bytes");
      byte[] guid = new byte[16];
      in.get(at + 4, guid);
      String hex = HexFormat.of().formatHex(guid);
      byte[] raw = new byte[(int) length - 16];
      in.get(at + 20, raw);
      var kind = Optional.ofNullable(GUIDS.get(dashed(hex)));
      if (kind.isPresent() && found.put(kind.get(), raw) != null)
        need(false, "one " + kind.get(), "two");
      at += 4 + (int) length;
    }
    need(at == size, "certificates that fill the data", (size - at) + " bytes more");
    return found;
  }

  private static String dashed(String hex) {
    return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  /** The number of entries before the one that is all zero. */
  private static int entries(ByteBuffer in, int size) throws Rejected {
    for (int i = 0; i < MAX_ENTRIES && (i + 1) * ENTRY <= size; i++) {
      boolean empty = true;
      for (int b = 0; b < 16; b++) empty &= in.get(i * ENTRY + b) == 0;
      if (empty) return i;
    }
    need(false, "a certificate table that ends within 32 entries", "none");
    return 0;
  }

  private static Optional<SnpReport.Certificate> kind(ByteBuffer in, int at) {
    byte[] tail = new byte[8];
    in.get(at + 8, tail);
    String hex = HexFormat.of().formatHex(tail);
    String guid =
        "%08x-%04x-%04x-%s-%s"
            .formatted(
                in.getInt(at),
                Short.toUnsignedInt(in.getShort(at + 4)),
                Short.toUnsignedInt(in.getShort(at + 6)),
                hex.substring(0, 4),
                hex.substring(4));
    return Optional.ofNullable(GUIDS.get(guid));
  }

  private static void need(boolean holds, String expected, String found) throws Rejected {
    if (!holds)
      throw new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "SNP report", expected, found);
  }
}
