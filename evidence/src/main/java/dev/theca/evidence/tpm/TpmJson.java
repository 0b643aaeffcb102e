package dev.theca.evidence.tpm;

import dev.theca.evidence.AzureVtpm;
import dev.theca.evidence.EventLog;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.Step;
import dev.theca.evidence.TpmEvidence;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.x509.PublicKeyInfo;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The evidence JSON of TPMs and of Azure's virtual TPMs, all versions (KBS protocol 0.4.0). */
public final class TpmJson {
  private static final int PCRS = 24;

  private TpmJson() {}

  /** {@code {"ak_public":..,"tpm_quote":{signature,message,pcrs}}}. */
  public static Outcome<TpmEvidence> tpm(JsonObject json) {
    try {
      var quote = object(json, "tpm_quote");
      byte[] spki = bytes(json, "ak_public");
      PublicKeyInfo ak;
      try {
        ak = PublicKeyInfo.read(spki);
      } catch (DerReader.Malformed e) {
        throw bad("ak_public as SubjectPublicKeyInfo", String.valueOf(e.getMessage()));
      }
      byte[] message = bytes(quote, "message");
      var signed = Signed.read(bytes(quote, "signature"));
      Optional<EventLog> log = Optional.empty();
      if (json.members().get("event_log") instanceof JsonString)
        log = Optional.of(log(bytes(json, "event_log")));
      return Outcome.granted(
          new TpmEvidence(
              message,
              AttestReader.read(message),
              signed.scheme(),
              signed.hash(),
              signed.raw(),
              pcrs(quote),
              spki,
              ak,
              log));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static EventLog log(byte[] bytes) throws Rejected {
    return switch (EventLog.parse(bytes)) {
      case Outcome.Granted<EventLog>(var log) -> log;
      case Outcome.Refused<EventLog>(var why) ->
          throw bad(why.getFirst().expected(), why.getFirst().found());
    };
  }

  /** TPMT_SIGNATURE (TPM 2.0 Library, Part 2, section 11.3.4). */
  private record Signed(TpmEvidence.Scheme scheme, String hash, byte[] raw) {
    static Signed read(byte[] bytes) throws Rejected {
      try {
        var in = ByteBuffer.wrap(bytes);
        int algorithm = Short.toUnsignedInt(in.getShort());
        int hash = Short.toUnsignedInt(in.getShort());
        String name =
            switch (hash) {
              case EventLog.SHA256 -> "sha256";
              case EventLog.SHA384 -> "sha384";
              default -> throw bad("SHA-256 or SHA-384", "hash " + hash);
            };
        byte[] first = AttestReader.sized(in);
        var signed =
            switch (algorithm) {
              case 0x14 -> new Signed(TpmEvidence.Scheme.RSASSA, name, first);
              case 0x16 -> new Signed(TpmEvidence.Scheme.RSAPSS, name, first);
              case 0x18 ->
                  new Signed(TpmEvidence.Scheme.ECDSA, name, join(first, AttestReader.sized(in)));
              default -> throw bad("RSASSA, RSAPSS or ECDSA", "scheme " + algorithm);
            };
        if (in.hasRemaining()) throw bad("nothing after the signature", in.remaining() + " bytes");
        return signed;
      } catch (BufferUnderflowException e) {
        throw bad("a whole TPMT_SIGNATURE", "a cut-off one");
      }
    }

    /** r and s, each padded to the longer of the curves' sizes that fits. */
    private static byte[] join(byte[] r, byte[] s) throws Rejected {
      int size = Math.max(r.length, s.length) > 32 ? 48 : 32;
      if (r.length > size || s.length > size) throw bad("r and s of 48 bytes at most", "longer");
      byte[] out = new byte[2 * size];
      System.arraycopy(r, 0, out, size - r.length, r.length);
      System.arraycopy(s, 0, out, 2 * size - s.length, s.length);
      return out;
    }
  }

  /** Azure's evidence; version 0 has numbers for bytes and other names. */
  public static Outcome<AzureVtpm> azure(EvidenceType type, JsonObject json) {
    try {
      boolean numbered = json.integer("version").isPresent();
      int version = json.integer("version").orElse(0L).intValue();
      if (version < 0 || version > 2) throw bad("evidence version 0, 1 or 2", version + "");
      boolean tdx = type == EvidenceType.AZ_TDX_VTPM;
      var quote = object(json, json.object("tpm_quote").isPresent() ? "tpm_quote" : "quote");
      byte[] message = bytes(quote, "message");
      var hcl =
          HclReader.read(
              bytes(json, json.members().containsKey("hcl_report") ? "hcl_report" : "report"));
      if (hcl.reportType() != (tdx ? 4 : 2))
        throw bad("a hardware report of " + type.word(), "type " + hcl.reportType());
      Outcome<? extends Evidence> inner =
          tdx
              ? EvidenceParser.parse(EvidenceType.TDX, bytes(json, "td_quote"))
              : SnpReport.parse(hcl.hardware()).map(r -> endorsed(r, json, numbered));
      if (inner instanceof Outcome.Refused<?>(var why))
        throw bad(why.getFirst().expected(), why.getFirst().found());
      return Outcome.granted(
          new AzureVtpm(
              type,
              version,
              message,
              AttestReader.read(message),
              bytes(quote, "signature"),
              pcrs(quote),
              hcl,
              inner.orThrow()));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  /** The VCEK that Azure sends along, unverified. */
  private static SnpReport endorsed(SnpReport report, JsonObject json, boolean numbered) {
    var text = json.string("vcek");
    if (text.isEmpty()) return report;
    Optional<byte[]> der =
        numbered
            ? decoded(text.get())
            : Pem.read("CERTIFICATE", text.get()).filter(b -> !b.isEmpty()).map(List::getFirst);
    return der.map(d -> new SnpReport(report.bytes(), Map.of(SnpReport.Certificate.VCEK, d)))
        .orElse(report);
  }

  private static Optional<byte[]> decoded(String base64) {
    try {
      return Optional.of(
          Base64.getDecoder()
              .decode(base64.replace('-', '+').replace('_', '/').replaceAll("[=\\s]+$", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<byte[]> pcrs(JsonObject quote) throws Rejected {
    var list = quote.array("pcrs").orElse(List.of());
    if (list.size() != PCRS) throw bad("24 PCRs", list.size() + "");
    var pcrs = new ArrayList<byte[]>();
    for (JsonValue item : list) {
      byte[] pcr = value(item, "pcrs");
      if (pcr.length != 32) throw bad("PCRs of 32 bytes", pcr.length + "");
      pcrs.add(pcr);
    }
    return pcrs;
  }

  private static JsonObject object(JsonObject json, String name) throws Rejected {
    return json.object(name).orElseThrow(() -> bad("an object '" + name + "'", "none"));
  }

  private static byte[] bytes(JsonObject json, String name) throws Rejected {
    JsonValue value = json.members().get(name);
    if (value == null) throw bad("a member '" + name + "'", "none");
    return value(value, name);
  }

  /** Numbers, hex, or base64 of either alphabet: which one a version uses is told by the form. */
  private static byte[] value(JsonValue value, String name) throws Rejected {
    if (value instanceof JsonArray(List<JsonValue> numbers)) {
      byte[] out = new byte[numbers.size()];
      for (int i = 0; i < out.length; i++) {
        if (!(numbers.get(i) instanceof JsonNumber n) || !n.literal().matches("[0-9]{1,3}"))
          throw bad("bytes in '" + name + "'", "another value");
        int one = Integer.parseInt(n.literal());
        if (one > 255) throw bad("bytes in '" + name + "'", one + "");
        out[i] = (byte) one;
      }
      return out;
    }
    if (!(value instanceof JsonString(String text)))
      throw bad("bytes in '" + name + "'", "another value");
    if (text.length() % 2 == 0 && text.matches("[0-9a-fA-F]+"))
      return HexFormat.of().parseHex(text);
    return decoded(text).orElseThrow(() -> bad("hex or base64 in '" + name + "'", "other text"));
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "TPM evidence", expected, found);
  }
}
