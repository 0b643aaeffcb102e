package dev.theca.evidence;

import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.cbor.CborValue.Entry;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A conceptual message wrapper (RFC 9999): a message with the type that says how to read it, so
 * that no reader has to guess. A record is an array of type and value (JSON or CBOR), or a CBOR tag
 * made from a CoAP content format; a collection is a map of them.
 *
 * @param label within a collection, else empty text
 * @param type a media type, or a content format's number as text
 */
public record Cmw(String label, String type, byte[] value) {
  private static final int MAX = 1 << 20;

  /** CBOR tags 1668546817 and following stand for content formats 0 and following (RFC 9277). */
  private static final long TAG_BASE = 1_668_546_817L;

  private static final int MAX_FORMAT = 65_024;
  private static final String OURS = "application/vnd.theca.evidence.";

  /** The media type that this library gives a TEE's binary evidence. */
  public static String mediaType(EvidenceType type) {
    return OURS + type.word();
  }

  /** Reads one record or a collection of them, JSON or CBOR by the first byte. */
  public static Outcome<List<Cmw>> parse(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX) return bad("1 byte to 1 MiB", bytes.length + "");
    boolean json = bytes[0] == '[' || bytes[0] == '{';
    return json
        ? Json.parse(bytes).then(value -> ofJson("", value))
        : Cbor.decodeAnyOrder(bytes, MAX).then(value -> ofCbor("", value));
  }

  private static Outcome<List<Cmw>> ofJson(String label, JsonValue value) {
    if (value instanceof JsonArray(List<JsonValue> items)
        && (items.size() == 2 || items.size() == 3)
        && items.get(1) instanceof JsonString(String text)) {
      String type =
          switch (items.get(0)) {
            case JsonString(String media) -> media;
            case JsonNumber n -> n.literal();
            default -> "";
          };
      try {
        if (!type.isEmpty())
          return Outcome.granted(
              List.of(new Cmw(label, type, Base64.getUrlDecoder().decode(text))));
      } catch (IllegalArgumentException e) {
        return bad("a value in base64url", "other text");
      }
    }
    if (value instanceof JsonObject object && label.isEmpty()) {
      var all = new ArrayList<Cmw>();
      for (var member : object.members().entrySet()) {
        if (member.getKey().equals("__cmwc_t")) continue; // the collection's own type
        var one = ofJson(member.getKey(), member.getValue());
        if (one instanceof Outcome.Refused<List<Cmw>>) return one;
        all.addAll(one.orThrow());
      }
      return Outcome.granted(List.copyOf(all));
    }
    return bad("an array of type and value, or a collection", "another value");
  }

  private static Outcome<List<Cmw>> ofCbor(String label, CborValue value) {
    switch (value) {
      case CborArray(List<CborValue> items)
          when (items.size() == 2 || items.size() == 3)
              && items.get(1) instanceof CborBytes(byte[] content) -> {
        String type =
            switch (items.get(0)) {
              case CborText(String media) -> media;
              case CborInt(long format) -> format + "";
              default -> "";
            };
        if (!type.isEmpty()) return Outcome.granted(List.of(new Cmw(label, type, content)));
      }
      case CborTag(long tag, CborBytes(byte[] content))
          when tag >= TAG_BASE && tag <= TAG_BASE + MAX_FORMAT -> {
        return Outcome.granted(List.of(new Cmw(label, (tag - TAG_BASE) + "", content)));
      }
      case CborMap(List<Entry> entries) when label.isEmpty() -> {
        var all = new ArrayList<Cmw>();
        for (Entry entry : entries) {
          String name =
              switch (entry.key()) {
                case CborText(String text) -> text;
                case CborInt(long number) -> number + "";
                default -> "";
              };
          if (name.equals("__cmwc_t")) continue;
          if (name.isEmpty()) return bad("labels of text or numbers", "another key");
          var one = ofCbor(name, entry.value());
          if (one instanceof Outcome.Refused<List<Cmw>>) return one;
          all.addAll(one.orThrow());
        }
        return Outcome.granted(List.copyOf(all));
      }
      default -> {
        return bad("an array of type and value, a tag, or a collection", "another value");
      }
    }
    return bad("an array of type and value", "another array");
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        EvidenceCode.FORMAT_EVIDENCE,
        "conceptual message wrapper",
        expected,
        found,
        "wrap the evidence with its type (RFC 9999)");
  }

  /** The evidence inside, by the type; unknown types are refused. */
  public Outcome<Evidence> evidence() {
    if (type.startsWith(OURS)) {
      String word = type.substring(OURS.length());
      boolean json = word.endsWith("+json");
      var known = EvidenceType.of(json ? word.substring(0, word.length() - 5) : word);
      if (known.isPresent())
        return json
            ? Json.object(value).then(object -> EvidenceParser.parse(known.get(), object))
            : EvidenceParser.parse(known.get(), value);
    }
    return Outcome.refused(
        EvidenceCode.UNSUPPORTED_TEE,
        "type of the evidence",
        OURS + "<tee>, or the same with +json",
        type.length() > 100 ? type.substring(0, 100) + "..." : type,
        Advice.on(EvidenceCode.UNSUPPORTED_TEE));
  }

  /** The JSON form of a record. */
  public JsonValue json() {
    return new JsonArray(
        List.of(
            new JsonString(type),
            new JsonString(Base64.getUrlEncoder().withoutPadding().encodeToString(value))));
  }
}
