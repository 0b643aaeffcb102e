package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON as text, to and from. */
final class JsonOps {
  private JsonOps() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("json.marshal", "any -> string", JsonOps::marshal),
        Builtin.of("json.marshal_with_options", "any, object -> string", JsonOps::withOptions),
        Builtin.of("json.unmarshal", "string -> any", JsonOps::unmarshal),
        Builtin.of("json.is_valid", "any -> boolean", JsonOps::isValid));
  }

  private static Value marshal(Calling context, Value[] a) throws BuiltinFault {
    return Value.of(JsonText.of(JsonShape.of(context, a[0])));
  }

  private static Value unmarshal(Calling context, Value[] a) throws BuiltinFault {
    return JsonReader.read(context, ((TextValue) a[0]).text());
  }

  /** Also of what is no string: no. */
  private static Value isValid(Calling context, Value[] a) {
    if (!(a[0] instanceof TextValue(String text))) return BoolValue.FALSE;
    try {
      JsonReader.read(context, text);
      return BoolValue.TRUE;
    } catch (BuiltinFault e) {
      return BoolValue.FALSE;
    }
  }

  private static Value withOptions(Calling context, Value[] a) throws BuiltinFault {
    Value shaped = JsonShape.of(context, a[0]);
    var options = (ObjectValue) a[1];
    boolean pretty = false;
    String prefix = "";
    String indent = "\t";
    int at = 0;
    for (Value key : options.keys()) {
      Value option = Objects.requireNonNull(options.get(key));
      if (!(key instanceof TextValue(String name)))
        throw misfit(
            "failed to stringify key %s at index %d: %s".formatted(key, at, noText(key, at)));
      switch (name) {
        case "prefix" -> prefix = text(key, option, at);
        case "indent" -> indent = text(key, option, at);
        case "pretty" -> {
          if (!(option instanceof BoolValue)) throw misfit("key " + key + " failed cast to bool");
        }
        default -> throw misfit("object contained unknown key " + key);
      }
      pretty = true;
      at++;
    }
    if (options.get("pretty") instanceof BoolValue flag) pretty = flag.value();
    if (!pretty) return Value.of(JsonText.of(shaped));
    var out = new StringBuilder(prefix);
    new Lines(context, prefix, indent, out).write(shaped, 0);
    return Value.of(out.toString());
  }

  private static String text(Value key, Value option, int at) throws BuiltinFault {
    if (option instanceof TextValue(String text)) return text;
    throw misfit("key " + key + " failed cast to string: " + noText(option, at));
  }

  /** The place of the key, from 0, is taken for that of an operand there. */
  private static @Nullable String noText(Value value, int at) {
    return Wrong.kind(at, value, "string").getMessage();
  }

  private static BuiltinFault misfit(String what) {
    return BuiltinFault.operand("operand 2 " + what);
  }

  /** One line for each member and item, as Go indents. */
  private record Lines(Calling context, String prefix, String indent, StringBuilder out) {
    void write(Value value, int level) {
      if (value instanceof ObjectValue object && object.size() > 0) {
        out.append('{');
        String comma = "";
        for (Value key : object.keys()) {
          line(comma, level + 1);
          JsonText.write(key, true, out);
          out.append(": ");
          write(Objects.requireNonNull(object.get(key)), level + 1);
          comma = ",";
        }
        line("", level);
        out.append('}');
      } else if (value instanceof ArrayValue array && array.size() > 0) {
        out.append('[');
        String comma = "";
        for (Value item : array) {
          line(comma, level + 1);
          write(item, level + 1);
          comma = ",";
        }
        line("", level);
        out.append(']');
      } else {
        JsonText.write(value, true, out);
      }
    }

    private void line(String comma, int level) {
      context.spend(2L + prefix.length() + (long) level * indent.length());
      out.append(comma).append('\n').append(prefix).repeat(indent, level);
    }
  }
}
