package dev.theca.evidence.se;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.SeEvidence;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.Base64;

/** Reads the evidence JSON of tee "se": all members in standard base64 (KBS protocol 0.4.0). */
public final class SeReader {
  private SeReader() {}

  public static Outcome<SeEvidence> parse(JsonObject json) {
    try {
      return Outcome.granted(
          new SeEvidence(
              bytes(json, "measurement", 64, 64),
              bytes(json, "additional_data", 0, 1024),
              bytes(json, "user_data", 0, 256),
              bytes(json, "cuid", 16, 16),
              bytes(json, "encr_measurement_key", 128, 1024),
              bytes(json, "encr_request_nonce", 128, 1024),
              bytes(json, "image_hdr_tags", 208, 208)));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static byte[] bytes(JsonObject json, String name, int least, int most) throws Rejected {
    byte[] out;
    try {
      out =
          Base64.getDecoder()
              .decode(json.string(name).orElseThrow(() -> bad("text as '" + name + "'", "none")));
    } catch (IllegalArgumentException e) {
      throw bad("base64 in '" + name + "'", "other text");
    }
    if (out.length < least || out.length > most)
      throw bad(least + " to " + most + " bytes in '" + name + "'", out.length + "");
    return out;
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "SE evidence", expected, found);
  }
}
