package dev.theca.evidence;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A signed JSON document of the provisioning service: {@code {"<member>":{...},"signature":"<128
 * hex>"}}. The signature covers the member's exact bytes. Reading helpers turn what is missing or
 * malformed into a rejection with one code.
 */
final class SignedDocument {
  final JsonObject body;
  final byte[] signedBytes;
  final byte[] signature;
  private final EvidenceCode format;
  private final EvidenceCode value;
  private final String what;

  private SignedDocument(
      JsonObject body,
      byte[] signedBytes,
      byte[] signature,
      EvidenceCode format,
      EvidenceCode value,
      String what) {
    this.body = body;
    this.signedBytes = signedBytes;
    this.signature = signature;
    this.format = format;
    this.value = value;
    this.what = what;
  }

  static SignedDocument read(byte[] json, String member, EvidenceCode format, EvidenceCode value)
      throws Rejected {
    var parsed = Json.object(json, Limits.DEFAULT.withDepth(16));
    if (!(parsed instanceof Outcome.Granted<JsonObject>(var document))) {
      throw new Rejected(
          format,
          member,
          "a JSON document",
          ((Outcome.Refused<JsonObject>) parsed).reasons().getFirst().found());
    }
    var body = document.object(member);
    var signature = document.string("signature").filter(s -> s.matches("[0-9A-Fa-f]{128}"));
    if (body.isEmpty() || signature.isEmpty())
      throw new Rejected(
          format, member, "members '" + member + "' and 'signature' of 128 hex digits", "not both");
    if (!(Json.slice(json, member) instanceof Outcome.Granted<byte[]>(var exact)))
      throw new Rejected(format, member, "its exact bytes", "none");
    return new SignedDocument(
        body.get(), exact, HexFormat.of().parseHex(signature.get()), format, value, member);
  }

  String text(JsonObject from, String name) throws Rejected {
    return from.string(name)
        .orElseThrow(() -> new Rejected(format, what, "a string '" + name + "'", "none"));
  }

  String hex(JsonObject from, String name, int digits) throws Rejected {
    String text = text(from, name);
    if (!text.matches("[0-9A-Fa-f]{" + digits + "}"))
      throw new Rejected(value, what, digits + " hex digits in '" + name + "'", "'" + text + "'");
    return text.toUpperCase(Locale.ROOT);
  }

  int number(JsonObject from, String name, long max) throws Rejected {
    long found =
        from.integer(name)
            .orElseThrow(() -> new Rejected(format, what, "a number '" + name + "'", "none"));
    if (found < 0 || found > max)
      throw new Rejected(value, what, "'" + name + "' between 0 and " + max, found + "");
    return (int) found;
  }

  Instant date(JsonObject from, String name) throws Rejected {
    String text = text(from, name);
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new Rejected(value, what, "a time in '" + name + "'", "'" + text + "'");
    }
  }

  TcbStatus status(JsonObject from) throws Rejected {
    String word = text(from, "tcbStatus");
    return TcbStatus.of(word)
        .orElseThrow(() -> new Rejected(value, what, "a known tcbStatus", "'" + word + "'"));
  }

  Rejected bad(String expected, String found) {
    return new Rejected(value, what, expected, found);
  }

  Rejected missing(String expected) {
    return new Rejected(format, what, expected, "none");
  }
}
