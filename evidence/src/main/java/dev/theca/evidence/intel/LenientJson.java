package dev.theca.evidence.intel;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * JSON as Intel's library takes it, for comparison with its verdicts only: duplicate members are
 * kept, the first counts, and a member's text is written anew without white space and with the
 * shortest escapes. At most 32 levels deep.
 */
final class LenientJson {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_BYTES = 1 << 20;

  /** A document, and the rewritten texts of its members, the first of each name. */
  record Text(JsonObject document, Map<String, String> rewritten) {
    Optional<byte[]> member(String name) {
      return Optional.ofNullable(rewritten.get(name)).map(t -> t.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed() {
      super("malformed", null, false, false);
    }
  }

  private final String in;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private final Map<String, String> rewritten = new LinkedHashMap<>();

  private LenientJson(String in) {
    this.in = in;
  }

  static Optional<Text> read(byte[] json) {
    if (json.length > MAX_BYTES) return Optional.empty();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      int nul = text.indexOf('\0'); // a C string ends there
      var reader = new LenientJson(nul < 0 ? text : text.substring(0, nul));
      JsonValue value = reader.value(0);
      reader.space();
      if (reader.at != reader.in.length() || !(value instanceof JsonObject object))
        return Optional.empty();
      return Optional.of(new Text(object, reader.rewritten));
    } catch (CharacterCodingException | Malformed e) {
      return Optional.empty();
    }
  }

  private JsonValue value(int depth) throws Malformed {
    if (depth > MAX_DEPTH) throw new Malformed();
    space();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new JsonString(string());
      case 't' -> word("true", new JsonBool(true));
      case 'f' -> word("false", new JsonBool(false));
      case 'n' -> word("null", new JsonNull());
      default -> number();
    };
  }

  private JsonValue object(int depth) throws Malformed {
    take('{');
    var members = new LinkedHashMap<String, JsonValue>();
    space();
    if (peek() != '}') {
      do {
        if (!members.isEmpty()) out.append(',');
        space();
        String name = string();
        space();
        take(':');
        int from = out.length();
        JsonValue value = value(depth + 1);
        if (depth == 0) rewritten.putIfAbsent(name, out.substring(from));
        members.putIfAbsent(name, value);
        space();
      } while (more());
    }
    take('}');
    return new JsonObject(members);
  }

  private JsonValue array(int depth) throws Malformed {
    take('[');
    var items = new ArrayList<JsonValue>();
    space();
    if (peek() != ']') {
      do {
        if (!items.isEmpty()) out.append(',');
        items.add(value(depth + 1));
        space();
      } while (more());
    }
    take(']');
    return new JsonArray(items);
  }

  private boolean more() throws Malformed {
    if (peek() != ',') return false;
    at++;
    return true;
  }

  private String string() throws Malformed {
    if (peek() != '"') throw new Malformed();
    at++;
    var text = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') break;
      if (c < 0x20) throw new Malformed();
      text.append(c == '\\' ? escape() : c);
    }
    quote(text);
    return text.toString();
  }

  private char escape() throws Malformed {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(next(), 16);
          if (digit < 0) throw new Malformed();
          code = code << 4 | digit;
        }
        yield (char) code;
      }
      default -> throw new Malformed();
    };
  }

  private void quote(CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20)
            out.append("\\u00")
                .append(c < 16 ? "0" : "1")
                .append("0123456789ABCDEF".charAt(c & 15));
          else out.append(c);
        }
      }
    }
    out.append('"');
  }

  private JsonValue number() throws Malformed {
    int from = at;
    while (at < in.length() && "+-.0123456789eE".indexOf(in.charAt(at)) >= 0) at++;
    String text = in.substring(from, at);
    if (text.length() > 64 || !text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?"))
      throw new Malformed();
    out.append(text);
    return new JsonNumber(text);
  }

  private JsonValue word(String word, JsonValue value) throws Malformed {
    if (!in.startsWith(word, at)) throw new Malformed();
    at += word.length();
    out.append(word);
    return value;
  }

  private void take(char c) throws Malformed {
    if (next() != c) throw new Malformed();
    out.append(c);
  }

  private char peek() throws Malformed {
    if (at >= in.length()) throw new Malformed();
    return in.charAt(at);
  }

  private char next() throws Malformed {
    char c = peek();
    at++;
    return c;
  }

  private void space() {
    while (at < in.length() && " \t\r\n".indexOf(in.charAt(at)) >= 0) at++;
  }
}
