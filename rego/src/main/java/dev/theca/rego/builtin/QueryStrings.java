package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/** {@code urlquery.*}: query strings as Go's net/url escapes and reads them. */
final class QueryStrings {
  private QueryStrings() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("urlquery.encode", "string -> string", (c, a) -> Value.of(escaped(c, a[0]))),
        Builtin.of(
            "urlquery.decode", "string -> string", (c, a) -> plain(c, ((TextValue) a[0]).text())),
        Builtin.of("urlquery.encode_object", "object -> string", QueryStrings::encode),
        Builtin.of("urlquery.decode_object", "string -> object", QueryStrings::decode));
  }

  private static String escaped(Calling context, Value value) {
    var text = (TextValue) value;
    context.spend(1L + 3L * text.text().length());
    var out = new StringBuilder();
    for (byte b : text.bytes()) {
      char c = (char) (b & 0xFF);
      if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') out.append(c);
      else if ("-_.~".indexOf(c) >= 0) out.append(c);
      else if (c == ' ') out.append('+');
      else out.append('%').append(digit(c >> 4)).append(digit(c & 15));
    }
    return out.toString();
  }

  private static char digit(int nibble) {
    return "0123456789ABCDEF".charAt(nibble);
  }

  private static TextValue plain(Calling context, String text) throws BuiltinFault {
    context.spend(1L + text.length());
    byte[] bytes = new TextValue(text).bytes();
    var out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        out.write(bytes[i] == '+' ? ' ' : bytes[i]);
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        int end = Math.min(i + 3, bytes.length);
        throw new BuiltinFault(
            "invalid URL escape \"" + new String(bytes, i, end - i, StandardCharsets.UTF_8) + '"');
      }
      out.write(high << 4 | low);
      i += 2;
    }
    return TextValue.ofBytes(out.toByteArray());
  }

  private static Value encode(Calling context, Value[] a) throws BuiltinFault {
    var object = (ObjectValue) JsonShape.of(context, a[0]);
    var query = new StringJoiner("&");
    for (Value name : object.keys()) {
      Value value = Objects.requireNonNull(object.get(name));
      if (value instanceof TextValue) {
        query.add(escaped(context, name) + "=" + escaped(context, value));
      } else if (value instanceof ArrayValue all) {
        for (Value one : all) {
          if (!(one instanceof TextValue)) throw misfit();
          query.add(escaped(context, name) + "=" + escaped(context, one));
        }
      } else {
        throw misfit();
      }
    }
    return Value.of(query.toString());
  }

  private static BuiltinFault misfit() {
    return BuiltinFault.operand("operand 1 values must be string, array[string], or set[string]");
  }

  private static Value decode(Calling context, Value[] a) throws BuiltinFault {
    String text = ((TextValue) a[0]).text();
    context.spend(1L + text.length());
    var found = new HashMap<Value, List<Value>>();
    for (String part : text.split("&", -1)) {
      if (part.indexOf(';') >= 0) throw new BuiltinFault("invalid semicolon separator in query");
      if (part.isEmpty()) continue;
      int equals = part.indexOf('=');
      TextValue name = plain(context, equals < 0 ? part : part.substring(0, equals));
      TextValue value = plain(context, equals < 0 ? "" : part.substring(equals + 1));
      found.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    var object = HashMap.<Value, Value>newHashMap(found.size());
    found.forEach((name, values) -> object.put(name, ArrayValue.of(values)));
    return ObjectValue.owning(object);
  }
}
