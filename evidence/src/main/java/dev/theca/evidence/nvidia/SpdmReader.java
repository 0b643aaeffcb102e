package dev.theca.evidence.nvidia;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.NvidiaReport;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the measurements of a GPU: SPDM 1.1 request and response, one after the other. */
public final class SpdmReader {
  private static final int MAX = 64 << 10;
  private static final int MAX_CERTIFICATES = 8;
  private static final int REQUEST = 37;
  private static final int SIGNATURE = 96;
  private static final int VERSION = 0x11;
  private static final int DRIVER = 3;
  private static final int VBIOS = 6;

  private SpdmReader() {}

  /** {@code {"device_evidence_list":[{"arch","evidence","certificate"}]}} with one device. */
  public static Outcome<NvidiaReport> parse(JsonObject json) {
    try {
      var devices = json.array("device_evidence_list").orElse(List.of());
      if (devices.size() != 1 || !(devices.getFirst() instanceof JsonObject one))
        throw bad("one device in 'device_evidence_list'", devices.size() + "");
      return Outcome.granted(device(one));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static NvidiaReport device(JsonObject one) throws Rejected {
    String arch = one.string("arch").orElse("");
    if (!List.of("HOPPER", "BLACKWELL").contains(arch))
      throw bad("architecture HOPPER or BLACKWELL", "another");
    byte[] report =
        decoded(one.string("evidence").orElse(""))
            .orElseThrow(() -> bad("evidence in hex or base64", "other text"));
    String certificate = one.string("certificate").orElse("");
    String pem =
        certificate.startsWith("-----")
            ? certificate
            : decoded(certificate)
                .map(b -> new String(b, StandardCharsets.ISO_8859_1))
                .orElseThrow(() -> bad("a certificate chain in base64", "other text"));
    return read(arch, report, chain(pem));
  }

  private static Optional<byte[]> decoded(String text) {
    try {
      if (text.matches("([0-9a-fA-F]{2})+")) return Optional.of(HexFormat.of().parseHex(text));
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Certificate> chain(String pem) throws Rejected {
    var blocks = Pem.read("CERTIFICATE", pem);
    if (blocks.isEmpty() || blocks.get().isEmpty() || blocks.get().size() > MAX_CERTIFICATES)
      throw bad("1 to 8 certificates in PEM", blocks.map(b -> b.size() + "").orElse("malformed"));
    var chain = new ArrayList<Certificate>();
    for (byte[] der : blocks.get()) {
      try {
        chain.add(Certificate.read(der));
      } catch (DerReader.Malformed e) {
        throw bad("X.509 certificates", String.valueOf(e.getMessage()));
      }
    }
    return chain;
  }

  private static NvidiaReport read(String arch, byte[] bytes, List<Certificate> chain)
      throws Rejected {
    if (bytes.length > MAX || bytes.length < REQUEST + 8 + 34 + SIGNATURE)
      throw bad("175 bytes to 64 KiB", bytes.length + "");
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes[0] != VERSION || bytes[1] != (byte) 0xE0)
      throw bad("a GET_MEASUREMENTS request of SPDM 1.1", "another message");
    if (bytes[REQUEST] != VERSION || bytes[REQUEST + 1] != 0x60)
      throw bad("a MEASUREMENTS response of SPDM 1.1", "another message");
    int blocks = Byte.toUnsignedInt(bytes[REQUEST + 4]);
    int record = in.getInt(REQUEST + 4) >>> 8;
    int from = REQUEST + 8;
    if (record > bytes.length - SIGNATURE - from - 34)
      throw bad("a record within the response", record + " bytes");
    var measurements = measurements(bytes, from, record, blocks);
    int opaqueAt = from + record + 34;
    int opaque = Short.toUnsignedInt(in.getShort(opaqueAt - 2));
    int end = opaqueAt + opaque;
    if (opaque > bytes.length - SIGNATURE - opaqueAt)
      throw bad("opaque data and a signature of 96 bytes", opaque + " bytes claimed");
    for (int i = end + SIGNATURE; i < bytes.length; i++)
      if (bytes[i] != 0) throw bad("nothing but zeroes after the signature", "other bytes");
    return new NvidiaReport(
        arch,
        Arrays.copyOfRange(bytes, 4, 36),
        Arrays.copyOf(bytes, end),
        Arrays.copyOfRange(bytes, end, end + SIGNATURE),
        measurements,
        opaque(in, opaqueAt, end),
        chain);
  }

  private static TreeMap<Integer, byte[]> measurements(byte[] bytes, int from, int size, int blocks)
      throws Rejected {
    var in = ByteBuffer.wrap(bytes, from, size).slice().order(ByteOrder.LITTLE_ENDIAN);
    var found = new TreeMap<Integer, byte[]>();
    for (int i = 0; i < blocks; i++) {
      if (in.remaining() < 7) throw bad("a measurement block", "a cut-off one");
      int index = Byte.toUnsignedInt(in.get());
      int specification = Byte.toUnsignedInt(in.get());
      int length = Short.toUnsignedInt(in.getShort());
      in.get();
      int value = Short.toUnsignedInt(in.getShort());
      if (specification != 1 || value != length - 3 || value > in.remaining())
        throw bad("DMTF measurements within the record", "another block");
      byte[] content = new byte[value];
      in.get(content);
      if (found.put(index, content) != null) throw bad("each measurement once", "one twice");
    }
    if (in.hasRemaining()) throw bad("nothing after the last block", in.remaining() + " bytes");
    return found;
  }

  private static HashMap<Integer, byte[]> opaque(ByteBuffer in, int from, int end) throws Rejected {
    var found = new HashMap<Integer, byte[]>();
    int at = from;
    while (at < end) {
      if (end - at < 4) throw bad("an opaque item", "a cut-off one");
      int type = Short.toUnsignedInt(in.getShort(at));
      int size = Short.toUnsignedInt(in.getShort(at + 2));
      if (size > end - at - 4) throw bad("an opaque item within the data", size + " bytes");
      byte[] value = new byte[size];
      in.get(at + 4, value);
      if (found.put(type, value) != null)
        throw bad("each opaque item once", "item " + type + " twice");
      at += 4 + size;
    }
    if (!found.containsKey(DRIVER) || !found.containsKey(VBIOS))
      throw bad("versions of driver and VBIOS", "not both");
    return found;
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(
        EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "NVIDIA evidence", expected, found);
  }
}
