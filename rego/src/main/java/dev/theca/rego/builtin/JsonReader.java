package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.function.IntPredicate;

/**
 * JSON as Go's decoder reads it: of members with one name the last counts, half a surrogate pair
 * becomes U+FFFD, nothing but space follows the value. Numbers keep their literal.
 */
public final class JsonReader {
  private static final IntPredicate DIGIT = c -> c >= '0' && c <= '9';

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /** The value of a document. */
  public static Value read(Calling context, String text) throws BuiltinFault {
    context.spend(text.length());
    var reader = new JsonReader(text);
    Value value = reader.value(0);
    reader.space();
    if (reader.at < text.length()) throw reader.unexpected("after top-level value");
    return value;
  }

  private Value value(int depth) throws BuiltinFault {
    Nesting.check(depth);
    space();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", BoolValue.TRUE);
      case 'f' -> word("false", BoolValue.FALSE);
      case 'n' -> word("null", NullValue.NULL);
      default -> number();
    };
  }

  private Value object(int depth) throws BuiltinFault {
    at++;
    var members = new HashMap<Value, Value>();
    space();
    if (taken('}')) return ObjectValue.EMPTY;
    do {
      space();
      if (peek() != '"') throw unexpected("looking for beginning of object key string");
      TextValue name = string();
      space();
      if (!taken(':')) throw unexpected("after object key");
      members.put(name, value(depth + 1));
      space();
    } while (taken(','));
    if (!taken('}')) throw unexpected("after object key:value pair");
    return ObjectValue.owning(members);
  }

  private Value array(int depth) throws BuiltinFault {
    at++;
    var items = new ArrayList<Value>();
    space();
    if (taken(']')) return ArrayValue.EMPTY;
    do {
      items.add(value(depth + 1));
      space();
    } while (taken(','));
    if (!taken(']')) throw unexpected("after array element");
    return ArrayValue.of(items);
  }

  private TextValue string() throws BuiltinFault {
    at++;
    var out = new StringBuilder();
    while (peek() != '"') {
      if (peek() < 0x20) throw unexpected("in string literal");
      char c = text.charAt(at);
      at++;
      if (c == '\\') escape(out);
      else if (!Character.isSurrogate(c)) out.append(c);
      else if (Character.isHighSurrogate(c) && Character.isLowSurrogate((char) peek()))
        out.append(c).append(text.charAt(at++));
      else out.append('\uFFFD');
    }
    at++;
    return new TextValue(out.toString());
  }

  private void escape(StringBuilder out) throws BuiltinFault {
    int c = peek();
    int known = "\"\\/bfnrt".indexOf(c);
    if (known >= 0) {
      out.append("\"\\/\b\f\n\r\t".charAt(known));
      at++;
      return;
    }
    if (c != 'u') throw unexpected("in string escape code");
    char unit = unit();
    if (!Character.isSurrogate(unit)) {
      out.append(unit);
      return;
    }
    int before = at;
    if (Character.isHighSurrogate(unit) && text.startsWith("\\u", at)) {
      at++;
      char low = unit();
      if (Character.isLowSurrogate(low)) {
        out.append(unit).append(low);
        return;
      }
      at = before;
    }
    out.append('\uFFFD');
  }

  /** Four hexadecimal digits behind the letter u. */
  private char unit() throws BuiltinFault {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) throw unexpected("in \\u hexadecimal character escape");
      unit = unit << 4 | digit;
    }
    at++;
    return (char) unit;
  }

  private Value number() throws BuiltinFault {
    int from = at;
    taken('-');
    if (!taken('0')) digits("looking for beginning of value");
    if (taken('.')) digits("after decimal point in numeric literal");
    if (taken('e') || taken('E')) {
      if (!taken('+')) taken('-');
      digits("in exponent of numeric literal");
    }
    try {
      return NumberValue.parse(text.substring(from, at));
    } catch (NumberFormatException e) {
      throw new BuiltinFault("number beyond the limits");
    }
  }

  private void digits(String where) throws BuiltinFault {
    if (!DIGIT.test(peek())) throw unexpected(where);
    while (DIGIT.test(peek())) at++;
  }

  private Value word(String word, Value value) throws BuiltinFault {
    if (!text.startsWith(word, at)) throw unexpected("in literal " + word);
    at += word.length();
    return value;
  }

  private void space() {
    while (" \t\r\n".indexOf(peek()) >= 0) at++;
  }

  private boolean taken(char c) {
    if (peek() != c) return false;
    at++;
    return true;
  }

  /** The character here, -1 at the end. */
  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private BuiltinFault unexpected(String where) {
    if (at >= text.length()) return new BuiltinFault("unexpected end of JSON input");
    return new BuiltinFault("invalid character '" + text.charAt(at) + "' " + where);
  }
}
