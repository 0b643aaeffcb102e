package dev.theca.evidence;

import dev.theca.evidence.amd.SnpJson;
import dev.theca.evidence.csv.CsvReader;
import dev.theca.evidence.nvidia.SpdmReader;
import dev.theca.evidence.se.SeReader;
import dev.theca.evidence.token.CcaReader;
import dev.theca.evidence.tpm.TpmJson;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.util.Base64;

/** The evidence JSON of each TEE, as KBS clients send it. */
final class EvidenceJson {
  private EvidenceJson() {}

  static Outcome<Evidence> parse(EvidenceType type, JsonObject json) {
    return switch (type) {
      case SGX -> bytes(json, "quote").then(b -> EvidenceParser.parse(type, b));
      case TDX -> tdx(json);
      case TPM -> TpmJson.tpm(json).map(quote -> quote);
      case AZ_SNP_VTPM, AZ_TDX_VTPM -> TpmJson.azure(type, json).map(quote -> quote);
      case SNP -> SnpJson.parse(json).map(report -> report);
      case CCA -> numbers(json, "token").then(CcaReader::parse).map(token -> token);
      case NVIDIA -> SpdmReader.parse(json).map(report -> report);
      case SE -> SeReader.parse(json).map(answer -> answer);
      case CSV -> CsvReader.parse(json).map(report -> report);
      case SAMPLE, NITRO -> unsupported(type);
    };
  }

  /** The quote, and the event log when there is one. */
  private static Outcome<Evidence> tdx(JsonObject json) {
    var quote = bytes(json, "quote").then(TdxQuote::parse);
    if (!(json.members().get("cc_eventlog") instanceof JsonString)) return quote.map(q -> q);
    return quote.then(
        q -> bytes(json, "cc_eventlog").then(EventLog::parse).map(log -> q.with(log)));
  }

  /** A member in base64, standard or for URLs, padded or not. */
  static Outcome<byte[]> bytes(JsonObject json, String name) {
    return json.requireString(name)
        .then(
            text -> {
              try {
                int end = text.length();
                while (end > 0 && text.charAt(end - 1) == '=') end--;
                String plain = text.substring(0, end).replace('-', '+').replace('_', '/');
                return Outcome.granted(Base64.getDecoder().decode(plain));
              } catch (IllegalArgumentException e) {
                return Outcome.refused(
                    EvidenceCode.FORMAT_EVIDENCE,
                    "member '" + name + "'",
                    "base64 text",
                    "other text",
                    "send the bytes in base64");
              }
            });
  }

  /** A member that holds bytes as an array of numbers, or as base64. */
  private static Outcome<byte[]> numbers(JsonObject json, String name) {
    var items = json.array(name);
    if (items.isEmpty()) return bytes(json, name);
    byte[] out = new byte[items.get().size()];
    for (int i = 0; i < out.length; i++) {
      var value =
          items.get().get(i) instanceof JsonNumber n
              ? n.toLong()
              : java.util.Optional.<Long>empty();
      if (value.isEmpty() || value.get() < 0 || value.get() > 255)
        return Outcome.refused(
            EvidenceCode.FORMAT_EVIDENCE,
            "member '" + name + "'",
            "numbers from 0 to 255",
            "another value",
            "send the bytes as numbers");
      out[i] = value.get().byteValue();
    }
    return Outcome.granted(out);
  }

  static <T> Outcome<T> notBinary(EvidenceType type) {
    return Outcome.refused(
        EvidenceCode.FORMAT_EVIDENCE,
        "evidence of " + type.word(),
        "its JSON form",
        "bytes",
        "send the evidence as JSON");
  }

  static <T> Outcome<T> unsupported(EvidenceType type) {
    return Outcome.refused(
        EvidenceCode.UNSUPPORTED_TEE,
        "kind of evidence",
        "a supported one",
        type.word(),
        Advice.on(EvidenceCode.UNSUPPORTED_TEE));
  }
}
