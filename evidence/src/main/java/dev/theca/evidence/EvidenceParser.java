package dev.theca.evidence;

import dev.theca.evidence.intel.QuoteReader;
import dev.theca.evidence.token.CcaReader;
import dev.theca.evidence.token.NitroReader;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;

/**
 * Reads evidence of a stated kind; the kind is never guessed. Nothing is verified, nothing is
 * thrown for bad input, and sizes are limited.
 */
public final class EvidenceParser {
  private EvidenceParser() {}

  /** The TEE's own binary form: a quote, a report, a token. */
  public static Outcome<Evidence> parse(EvidenceType type, byte[] bytes) {
    return switch (type) {
      case SGX, TDX ->
          QuoteReader.parse(bytes)
              .then(
                  quote ->
                      quote.type() == type
                          ? Outcome.granted(quote)
                          : Outcome.refused(
                              EvidenceCode.FORMAT_QUOTE,
                              "TEE of the quote",
                              type.word(),
                              quote.type().word(),
                              "say which TEE the evidence is of"));
      case SNP -> SnpReport.parse(bytes).map(report -> report);
      case CCA -> CcaReader.parse(bytes).map(token -> token);
      case NITRO -> NitroReader.parse(bytes).map(document -> document);
      default -> EvidenceJson.notBinary(type);
    };
  }

  /** The evidence JSON that KBS clients send for this TEE (KBS protocol 0.4.0). */
  public static Outcome<Evidence> parse(EvidenceType type, JsonObject json) {
    return EvidenceJson.parse(type, json);
  }
}
