package dev.theca.wire.json;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads and writes JSON (RFC 8259) strictly: UTF-8 only, no byte order mark, no duplicate member,
 * nothing after the value, limits on size and depth. Never throws on bad input. Signed documents
 * are verified over their exact bytes: {@link #slice}.
 */
public final class Json {
  private static final Code BAD = Code.of("bad-json");

  private Json() {}

  public static Outcome<JsonValue> parse(byte[] utf8) {
    return parse(utf8, Limits.DEFAULT);
  }

  public static Outcome<JsonValue> parse(byte[] utf8, Limits limits) {
    if (utf8.length > limits.bytes()) {
      return refused("at most " + limits.bytes() + " bytes", utf8.length + " bytes");
    }
    if (!isUtf8(utf8)) return refused("UTF-8 text", "other bytes");
    try (JsonParser parser =
        factory(limits).createParser(tools.jackson.core.ObjectReadContext.empty(), utf8)) {
      JsonToken first = parser.nextToken();
      if (first == null) return refused("one JSON value", "an empty document");
      JsonValue value = value(parser, first);
      if (parser.nextToken() != null) {
        return refused(
            "nothing after the value",
            "more text at byte " + parser.currentTokenLocation().getByteOffset());
      }
      return Outcome.granted(value);
    } catch (JacksonException e) {
      var at = e.getLocation();
      return refused(
          "a JSON document (RFC 8259, no duplicate members, depth up to " + limits.depth() + ")",
          "not one" + (at == null ? "" : " at byte " + at.getByteOffset()) + ": " + firstLine(e));
    }
  }

  /** Reads a document whose value must be an object. */
  public static Outcome<JsonObject> object(byte[] utf8) {
    return object(utf8, Limits.DEFAULT);
  }

  public static Outcome<JsonObject> object(byte[] utf8, Limits limits) {
    return parse(utf8, limits)
        .then(
            value ->
                value instanceof JsonObject object
                    ? Outcome.granted(object)
                    : refused("an object", kind(value)));
  }

  /**
   * The exact bytes of a member of the top-level object, as they stand in the document: what a
   * signature covers. Refuses what {@link #parse} refuses.
   */
  public static Outcome<byte[]> slice(byte[] utf8, String member) {
    return object(utf8).then(checked -> cut(utf8, member));
  }

  private static Outcome<byte[]> cut(byte[] utf8, String member) {
    try (JsonParser parser =
        factory(Limits.DEFAULT).createParser(tools.jackson.core.ObjectReadContext.empty(), utf8)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean wanted = parser.currentName().equals(member);
        JsonToken token = parser.nextToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (token.isStructStart()) parser.skipChildren();
        else parser.finishToken();
        if (wanted)
          return Outcome.granted(
              Arrays.copyOfRange(utf8, from, (int) parser.currentLocation().getByteOffset()));
      }
    } catch (JacksonException e) {
      throw new IllegalStateException("a document that parsed once does not parse twice", e);
    }
    return Outcome.refused(
        BAD, "member '" + member + "'", "present", "absent", "use a document that has it");
  }

  /**
   * The exact bytes of the value at a path of member names and array indexes ({@code "levels",
   * "2"}); empty when there is none. The document is checked as {@link #parse} checks it.
   */
  public static Optional<byte[]> at(byte[] utf8, Limits limits, String... path) {
    if (!parse(utf8, limits).isGranted()) return Optional.empty();
    try (JsonParser parser =
        factory(limits).createParser(tools.jackson.core.ObjectReadContext.empty(), utf8)) {
      JsonToken token = parser.nextToken();
      for (String step : path) {
        token = step(parser, token, step);
        if (token == null) return Optional.empty();
      }
      int from = (int) parser.currentTokenLocation().getByteOffset();
      if (token.isStructStart()) parser.skipChildren();
      else parser.finishToken();
      return Optional.of(
          Arrays.copyOfRange(utf8, from, (int) parser.currentLocation().getByteOffset()));
    } catch (JacksonException e) {
      throw new IllegalStateException("a document that parsed once does not parse twice", e);
    }
  }

  private static @org.jspecify.annotations.Nullable JsonToken step(
      JsonParser parser, JsonToken container, String step) {
    int index = 0;
    boolean array = container == JsonToken.START_ARRAY;
    if (!array && container != JsonToken.START_OBJECT) return null;
    while (true) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) return null;
      String name = array ? Integer.toString(index++) : parser.currentName();
      if (!array) token = parser.nextToken();
      if (step.equals(name)) return token;
      if (token.isStructStart()) parser.skipChildren();
    }
  }

  /** A document with the exact bytes of one of its members, when it has that member. */
  public record Sliced(JsonObject document, Optional<byte[]> slice) {}

  /** Reads an object and cuts one member out, in one pass. */
  public static Outcome<Sliced> objectWithSlice(byte[] utf8, Limits limits, String member) {
    if (utf8.length > limits.bytes())
      return refused("at most " + limits.bytes() + " bytes", utf8.length + " bytes");
    if (!isUtf8(utf8)) return refused("UTF-8 text", "other bytes");
    try (JsonParser parser =
        factory(limits).createParser(tools.jackson.core.ObjectReadContext.empty(), utf8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT)
        return refused("an object", "another value");
      var members = new LinkedHashMap<String, JsonValue>();
      Optional<byte[]> slice = Optional.empty();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        JsonValue value = value(parser, token);
        members.put(name, value);
        if (name.equals(member)) {
          parser.finishToken();
          slice =
              Optional.of(
                  Arrays.copyOfRange(utf8, from, (int) parser.currentLocation().getByteOffset()));
        }
      }
      if (parser.nextToken() != null) return refused("nothing after the value", "more text");
      return Outcome.granted(new Sliced(new JsonObject(members), slice));
    } catch (JacksonException e) {
      return refused(
          "a JSON document (RFC 8259, no duplicate members, depth up to " + limits.depth() + ")",
          "not one: " + firstLine(e));
    }
  }

  /** Compact text; member order is kept. */
  public static byte[] write(JsonValue value) {
    return JsonText.compact(value).getBytes(StandardCharsets.UTF_8);
  }

  public static String text(JsonValue value) {
    return JsonText.compact(value);
  }

  /** Indented by two spaces, for people. */
  public static String pretty(JsonValue value) {
    return JsonText.pretty(value);
  }

  /**
   * The JSON Canonicalization Scheme, RFC 8785: sorted members, shortest escapes, ECMAScript
   * numbers.
   *
   * @throws IllegalArgumentException for a number beyond IEEE 754 doubles, which has no such form
   *     (RFC 8785, 3.2.2.3); who signs or hashes what others wrote refuses it
   */
  public static byte[] canonical(JsonValue value) {
    return JsonText.canonical(value).getBytes(StandardCharsets.UTF_8);
  }

  /** The name of a value's type, for messages. */
  static String kind(JsonValue value) {
    return switch (value) {
      case JsonObject o -> "an object";
      case JsonArray a -> "an array";
      case JsonString s -> "a string";
      case JsonNumber n -> "a number";
      case JsonBool b -> "a boolean";
      case JsonNull n -> "null";
    };
  }

  private static JsonValue value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        var members = new LinkedHashMap<String, JsonValue>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = parser.currentName();
          members.put(name, value(parser, parser.nextToken()));
        }
        yield new JsonObject(members);
      }
      case START_ARRAY -> {
        var items = new ArrayList<JsonValue>();
        for (JsonToken next; (next = parser.nextToken()) != JsonToken.END_ARRAY; )
          items.add(value(parser, next));
        yield new JsonArray(items);
      }
      case VALUE_STRING -> new JsonString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
      case VALUE_TRUE -> new JsonBool(true);
      case VALUE_FALSE -> new JsonBool(false);
      case VALUE_NULL -> new JsonNull();
      default -> throw new IllegalStateException("unexpected token " + token);
    };
  }

  /** The factories of the usual limits; making one is not free, and they are safe for threads. */
  private static final JsonFactory STANDARD = newFactory(Limits.DEFAULT);

  private static final Limits FLAT = Limits.DEFAULT.withDepth(16);
  private static final JsonFactory FLAT_FACTORY = newFactory(FLAT);

  private static JsonFactory factory(Limits limits) {
    if (same(limits, Limits.DEFAULT)) return STANDARD;
    return same(limits, FLAT) ? FLAT_FACTORY : newFactory(limits);
  }

  /** A record's own comparison is linked at its first use, which costs a command 10 ms. */
  private static boolean same(Limits one, Limits other) {
    return one.bytes() == other.bytes()
        && one.depth() == other.depth()
        && one.stringChars() == other.stringChars()
        && one.numberChars() == other.numberChars();
  }

  private static JsonFactory newFactory(Limits limits) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(limits.depth())
                .maxDocumentLength(limits.bytes())
                .maxStringLength(limits.stringChars())
                .maxNameLength(4096)
                .maxNumberLength(limits.numberChars())
                .build())
        .build();
  }

  private static boolean isUtf8(byte[] bytes) {
    if (bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF) return false;
    for (int i = 0; i < Math.min(4, bytes.length); i++)
      if (bytes[i] == 0) return false; // UTF-16 and UTF-32
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String firstLine(JacksonException e) {
    String message = e.getOriginalMessage();
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(BAD, "document", expected, found, "send a well-formed document");
  }
}
