package dev.theca.broker.audit;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.io.InputStream;

/**
 * Checks an export of the audit trail without the broker: that no record was changed, removed,
 * inserted or moved, that signed heads cover all of them, and that the chain is the one the reader
 * expects. Reads once, in constant memory; names the first thing that is wrong. Whether records
 * beyond the end were cut away shows only against a head that is known from elsewhere.
 */
public final class AuditVerify {
  private static final int MAX_HEADER = 4 << 20;
  private static final int MAX_LINE = 64 << 10;

  private AuditVerify() {}

  /**
   * @throws IOException when the export cannot be read
   */
  public static Outcome<AuditReport> verify(InputStream export, Expected expected)
      throws IOException {
    var lines = new Lines(export);
    var first = lines.next(MAX_HEADER);
    Outcome<JsonObject> header =
        switch (Json.object(first.orElse(new byte[0]), Limits.DEFAULT.withBytes(MAX_HEADER))) {
          case Outcome.Granted<JsonObject> granted -> granted;
          case Outcome.Refused<JsonObject> _ ->
              malformed(
                  "header of the export", "an object on a line of at most 4 MiB", "other text");
        };
    return switch (header.then(h -> ChainCheck.begin(h, expected))) {
      case Outcome.Refused<ChainCheck> refused -> refused.as();
      case Outcome.Granted<ChainCheck>(var check) -> records(lines, check);
    };
  }

  private static Outcome<AuditReport> records(Lines lines, ChainCheck check) throws IOException {
    while (true) {
      var line = lines.next(MAX_LINE);
      if (lines.tooLong())
        return malformed("line " + lines.number(), "at most 64 KiB", "a longer one");
      if (line.isEmpty()) return check.end();
      var done =
          switch (Json.object(line.get())) {
            case Outcome.Refused<JsonObject> _ ->
                AuditVerify.<Boolean>malformed(
                    "line " + lines.number(), "a record or a signed head", "other text");
            case Outcome.Granted<JsonObject>(var object) ->
                object.object("head").isPresent()
                    ? check.head(object.object("head").get())
                    : check.record(object);
          };
      if (done instanceof Outcome.Refused<Boolean> refused) return refused.as();
    }
  }

  static <T> Outcome<T> malformed(String what, String expected, String found) {
    return Outcome.refused(
        AuditCode.AUDIT_MALFORMED, what, expected, found, "take the export again from the broker");
  }
}
