package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A signed JSON document of the provisioning service: {@code {"<member>":{...},"signature":"<128
 * hex>"}}. The signature covers the member's exact bytes. The readers tell what is missing from
 * what has a bad value, as Intel's codes do.
 */
final class SignedDocument {
  /** Which document, and under which codes its faults go. */
  enum Kind {
    TCB_INFO(
        "tcbInfo",
        "TCB info",
        Step.TCB_INFO,
        EvidenceCode.FORMAT_TCB_INFO,
        EvidenceCode.FORMAT_TCB_INFO,
        EvidenceCode.FORMAT_TCB_INFO_VALUE,
        EvidenceCode.FORMAT_TCB_INFO_VALUE),
    QE_IDENTITY(
        "enclaveIdentity",
        "QE identity",
        Step.QE_IDENTITY,
        EvidenceCode.FORMAT_QE_IDENTITY,
        EvidenceCode.FORMAT_QE_IDENTITY_VALUE,
        EvidenceCode.FORMAT_QE_IDENTITY,
        EvidenceCode.FORMAT_QE_IDENTITY_VALUE);

    final String member;
    final String what;
    final Step step;
    final EvidenceCode format;
    final EvidenceCode missing;
    final EvidenceCode unsigned;
    final EvidenceCode value;

    Kind(
        String member,
        String what,
        Step step,
        EvidenceCode format,
        EvidenceCode missing,
        EvidenceCode unsigned,
        EvidenceCode value) {
      this.member = member;
      this.what = what;
      this.step = step;
      this.format = format;
      this.missing = missing;
      this.unsigned = unsigned;
      this.value = value;
    }
  }

  final Kind kind;
  final JsonObject body;
  final byte[] signedBytes;
  final byte[] signature;

  private SignedDocument(Kind kind, JsonObject body, byte[] signedBytes, byte[] signature) {
    this.kind = kind;
    this.body = body;
    this.signedBytes = signedBytes;
    this.signature = signature;
  }

  /** Reads strictly: exact bytes, no duplicate members, at most 16 levels deep. */
  static SignedDocument read(byte[] json, Kind kind) throws Rejected {
    return switch (Json.objectWithSlice(json, Limits.DEFAULT.withDepth(16), kind.member)) {
      case Outcome.Granted<Json.Sliced>(var sliced) ->
          of(kind, sliced.document(), sliced.slice(), false);
      case Outcome.Refused<Json.Sliced>(var reasons) ->
          throw new Rejected(
              kind.format, kind.step, kind.what, "a JSON document", reasons.getFirst().found());
    };
  }

  /**
   * Reads as Intel's library does: the first of duplicate members counts, and the text is made
   * anew.
   */
  static SignedDocument readAsIntel(byte[] json, Kind kind) throws Rejected {
    var text = LenientJson.read(json);
    if (text.isEmpty())
      throw new Rejected(kind.format, kind.step, kind.what, "a JSON document", "other text");
    return of(kind, text.get().document(), text.get().member(kind.member), true);
  }

  /**
   * @param anyDigits digits that are not hexadecimal make a bad signature, not a bad document
   */
  private static SignedDocument of(
      Kind kind, JsonObject document, Optional<byte[]> exact, boolean anyDigits) throws Rejected {
    var body = document.object(kind.member);
    if (kind == Kind.TCB_INFO && body.isEmpty()) throw noBody(kind);
    JsonValue there = document.members().get("signature");
    if (there == null)
      throw new Rejected(kind.unsigned, kind.step, kind.what, "a member 'signature'", "none");
    var signature =
        document
            .string("signature")
            .map(s -> anyDigits ? s.replaceAll("[^0-9A-Fa-f]", "0") : s)
            .filter(s -> s.length() == 128 && isHex(s));
    if (signature.isEmpty())
      throw new Rejected(
          kind.value, kind.step, kind.what, "a signature of 128 hex digits", "another");
    if (body.isEmpty() || exact.isEmpty()) throw noBody(kind);
    return new SignedDocument(
        kind, body.get(), exact.get(), HexFormat.of().parseHex(signature.get()));
  }

  private static Rejected noBody(Kind kind) {
    return new Rejected(
        kind.missing, kind.step, kind.what, "an object '" + kind.member + "'", "none");
  }

  Rejected missing(String expected) {
    return new Rejected(kind.missing, kind.step, kind.what, expected, "none");
  }

  Rejected bad(String expected, String found) {
    return new Rejected(kind.value, kind.step, kind.what, expected, found);
  }

  /** The member, whatever it is. */
  JsonValue member(JsonObject from, String name) throws Rejected {
    JsonValue value = from.members().get(name);
    if (value == null) throw missing("a member '" + name + "'");
    return value;
  }

  String text(JsonObject from, String name) throws Rejected {
    if (member(from, name) instanceof JsonString(String text)) return text;
    throw bad("a string '" + name + "'", "another value");
  }

  String hex(JsonObject from, String name, int digits) throws Rejected {
    String text = text(from, name);
    if (text.length() != digits || !isHex(text))
      throw bad(digits + " hex digits in '" + name + "'", "'" + shown(text) + "'");
    return text.toUpperCase(Locale.ROOT);
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++)
      if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') return false;
    return true;
  }

  static String shown(String text) {
    return (text.length() > 80 ? text.substring(0, 80) + "..." : text)
        .replaceAll("\\p{Cntrl}", "?");
  }

  byte[] bytes(JsonObject from, String name, int digits) throws Rejected {
    return HexFormat.of().parseHex(hex(from, name, digits));
  }

  long number(JsonObject from, String name, long max) throws Rejected {
    member(from, name);
    long found = from.integer(name).orElse(-1L);
    if (found < 0 || found > max) throw bad("'" + name + "' between 0 and " + max, "another value");
    return found;
  }

  Instant date(JsonObject from, String name) throws Rejected {
    String text = text(from, name);
    try {
      if (text.length() == 20) return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw bad("a time in '" + name + "'", "'" + shown(text) + "'");
    }
    throw bad("a time in '" + name + "'", "'" + shown(text) + "'");
  }

  JsonObject object(JsonObject from, String name) throws Rejected {
    if (member(from, name) instanceof JsonObject object) return object;
    throw missing("an object '" + name + "'");
  }

  /** The objects of a non-empty array. */
  List<JsonObject> objects(JsonObject from, String name, int max) throws Rejected {
    JsonValue there = from.members().get(name);
    if (!(there instanceof JsonArray(List<JsonValue> items))
        || items.isEmpty()
        || items.size() > max)
      throw bad("1 to " + max + " entries in '" + name + "'", "another value");
    if (!items.stream().allMatch(JsonObject.class::isInstance))
      throw missing("objects in '" + name + "'");
    return items.stream().map(JsonObject.class::cast).toList();
  }

  List<String> advisories(JsonObject level) throws Rejected {
    if (level.members().get("advisoryIDs") == null) return List.of();
    return level.strings("advisoryIDs").orElseThrow(() -> bad("strings as advisoryIDs", "others"));
  }
}
