package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The functions of templates. A number of the data is a string to Go, and compares as one. */
final class GoTemplateFunctions {
  static final Set<String> NAMES =
      Set.of(
          "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice", "print",
          "printf", "println", "html");

  private GoTemplateFunctions() {}

  static @Nullable Object call(Calling context, String name, List<Object> arguments)
      throws BuiltinFault {
    int count = arguments.size();
    boolean two = Set.of("ne", "lt", "le", "gt", "ge").contains(name);
    boolean one = Set.of("not", "len").contains(name);
    int least = two ? 2 : name.startsWith("print") && !name.equals("printf") ? 0 : 1;
    if (count < least || two && count > 2 || one && count > 1)
      throw new BuiltinFault("wrong number of args: got " + count);
    return switch (name) {
      // and, or: what would have ended them early is gone
      case "and", "or" -> arguments.getLast();
      case "not" -> Value.of(!truth(arguments.getFirst()));
      case "eq" -> equal(arguments);
      case "ne" -> Value.of(!same(arguments.getFirst(), arguments.get(1)));
      case "lt" -> Value.of(order(arguments) < 0);
      case "le" -> Value.of(order(arguments) <= 0);
      case "gt" -> Value.of(order(arguments) > 0);
      case "ge" -> Value.of(order(arguments) >= 0);
      case "len" -> length(arguments.getFirst());
      case "index" -> index(arguments);
      case "slice" -> slice(arguments);
      case "printf" -> printf(context, arguments);
      case "html" -> new TextValue(html(print(context, arguments, false)));
      default -> new TextValue(print(context, arguments, name.equals("println")));
    };
  }

  /** Whether it is neither empty nor zero; a number of the data is a string, so never empty. */
  static boolean truth(@Nullable Object value) {
    if (value instanceof Long number) return number != 0;
    if (value instanceof Double number) return number != 0;
    if (!(value instanceof Value data)) return false;
    return switch (data) {
      case NullValue _ -> false;
      case BoolValue flag -> flag.value();
      case NumberValue _ -> true;
      case TextValue(String text) -> !text.isEmpty();
      case ArrayValue array -> array.size() > 0;
      case ObjectValue object -> object.size() > 0;
      case SetValue set -> set.size() > 0;
    };
  }

  static String type(@Nullable Object value) {
    if (value instanceof Long) return "int";
    if (value instanceof Double) return "float64";
    if (!(value instanceof Value data)) return "<nil>";
    return switch (data) {
      case NullValue _ -> "<nil>";
      case BoolValue _ -> "bool";
      case NumberValue _ -> "json.Number";
      case TextValue _ -> "string";
      case ArrayValue _, SetValue _ -> "[]interface {}";
      case ObjectValue _ -> "map[string]interface {}";
    };
  }

  static String shown(@Nullable Object value) {
    if (value == null || value == NullValue.NULL) return "<no value>";
    var out = new StringBuilder();
    show(value, out);
    return out.toString();
  }

  private static void show(Object value, StringBuilder out) {
    if (value instanceof Double number) out.append(GoDouble.of(number, 'g', -1));
    else if (value instanceof Value data) show(data, out);
    else out.append(value);
  }

  private static void show(Value value, StringBuilder out) {
    switch (value) {
      case NullValue _ -> out.append("<nil>");
      case BoolValue _, NumberValue _ -> out.append(value);
      case TextValue(String text) -> out.append(text);
      case ArrayValue array -> items(array, out);
      case SetValue set -> items(set, out);
      case ObjectValue object -> {
        out.append("map[");
        var members = new TreeMap<TextValue, Value>();
        object.members().forEach((k, v) -> members.put(new TextValue(JsonText.name(k)), v));
        members.forEach(
            (key, member) -> {
              if (out.charAt(out.length() - 1) != '[') out.append(' ');
              out.append(key.text()).append(':');
              show(member, out);
            });
        out.append(']');
      }
    }
  }

  private static void items(Iterable<Value> items, StringBuilder out) {
    out.append('[');
    boolean first = true;
    for (Value item : items) {
      if (!first) out.append(' ');
      first = false;
      show(item, out);
    }
    out.append(']');
  }

  /** A string, or what Go holds as one. */
  private static @Nullable String string(@Nullable Object value) {
    if (value instanceof TextValue(String text)) return text;
    return value instanceof NumberValue number ? number.literal() : null;
  }

  private static Value equal(List<Object> arguments) throws BuiltinFault {
    if (arguments.size() < 2) throw new BuiltinFault("missing argument for comparison");
    for (Object other : arguments.subList(1, arguments.size()))
      if (same(arguments.getFirst(), other)) return BoolValue.TRUE;
    return BoolValue.FALSE;
  }

  private static boolean same(@Nullable Object a, @Nullable Object b) throws BuiltinFault {
    boolean none = a == null || a == NullValue.NULL;
    boolean nothing = b == null || b == NullValue.NULL;
    for (Object side : new Object[] {none ? 0L : a, nothing ? 0L : b})
      if (side instanceof ArrayValue || side instanceof SetValue || side instanceof ObjectValue)
        throw new BuiltinFault("non-comparable type " + type(side));
    if (none || nothing) return none && nothing;
    String text = string(a);
    String other = string(b);
    if (text != null && other != null) return text.equals(other);
    if (a instanceof BoolValue && b instanceof BoolValue
        || a instanceof Long && b instanceof Long
        || a instanceof Double && b instanceof Double) return a.equals(b);
    throw new BuiltinFault("incompatible types for comparison");
  }

  private static int order(List<Object> arguments) throws BuiltinFault {
    Object a = arguments.getFirst();
    Object b = arguments.get(1);
    if (a instanceof Long x && b instanceof Long y) return x.compareTo(y);
    if (a instanceof Double x && b instanceof Double y) return x.compareTo(y);
    String text = string(a);
    String other = string(b);
    if (text != null && other != null) return new TextValue(text).compareTo(new TextValue(other));
    throw new BuiltinFault(
        a instanceof BoolValue && b instanceof BoolValue
            ? "invalid type for comparison"
            : "incompatible types for comparison");
  }

  private static Long length(@Nullable Object value) throws BuiltinFault {
    String text = string(value);
    if (text != null) return (long) new TextValue(text).bytes().length;
    if (value instanceof ArrayValue array) return (long) array.size();
    if (value instanceof SetValue set) return (long) set.size();
    if (value instanceof ObjectValue object) return (long) object.size();
    throw new BuiltinFault("len of type " + type(value));
  }

  private static @Nullable Object index(List<Object> arguments) throws BuiltinFault {
    Object value = arguments.getFirst();
    for (Object key : arguments.subList(1, arguments.size())) {
      if (value instanceof ObjectValue object && key instanceof TextValue name) {
        value = object.get(name);
      } else if (value instanceof ArrayValue || value instanceof SetValue) {
        List<Value> items =
            value instanceof SetValue set ? set.elements() : ((ArrayValue) value).items();
        if (!(key instanceof Long at))
          throw new BuiltinFault("cannot index slice/array with type " + type(key));
        if (at < 0 || at >= items.size()) throw new BuiltinFault("index out of range: " + at);
        value = items.get(at.intValue());
      } else {
        throw new BuiltinFault("can't index item of type " + type(value));
      }
    }
    return value;
  }

  private static Object slice(List<Object> arguments) throws BuiltinFault {
    Object value = arguments.getFirst();
    byte[] bytes = value instanceof TextValue text ? text.bytes() : new byte[0];
    List<Value> items = value instanceof ArrayValue array ? array.items() : List.of();
    if (arguments.size() > 3 || !(value instanceof TextValue) && !(value instanceof ArrayValue))
      throw new BuiltinFault("can't slice item of type " + type(value));
    long[] ends = {0, Math.max(bytes.length, items.size())};
    for (int i = 1; i < arguments.size(); i++) {
      if (!(arguments.get(i) instanceof Long at))
        throw new BuiltinFault("cannot index slice/array with type " + type(arguments.get(i)));
      if (at < 0 || at > Math.max(bytes.length, items.size()))
        throw new BuiltinFault("index out of range: " + at);
      ends[i - 1] = at;
    }
    int from = (int) ends[0];
    int to = (int) ends[1];
    if (from > to) throw new BuiltinFault("invalid slice index: " + from + " > " + to);
    return value instanceof TextValue
        ? TextValue.ofBytes(java.util.Arrays.copyOfRange(bytes, from, to))
        : ArrayValue.of(items.subList(from, to));
  }

  private static Object printf(Calling context, List<Object> arguments) throws BuiltinFault {
    if (!(arguments.getFirst() instanceof TextValue(String format)))
      throw new BuiltinFault("wrong type for value; expected string");
    var given = new ArrayList<Object>();
    for (Object one : arguments.subList(1, arguments.size())) {
      if (one instanceof Long || one instanceof Double) given.add(one);
      else if (one instanceof BoolValue flag) given.add(flag.value());
      else given.add(one == null || one == NullValue.NULL ? "<nil>" : shown(one));
    }
    return new TextValue(GoFormat.of(context, format, given.toArray()));
  }

  /** Spaces stand between what is no string, or between all and a line ends. */
  private static String print(Calling context, List<Object> arguments, boolean line) {
    var out = new StringBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      boolean strings =
          i > 0 && (string(arguments.get(i)) != null || string(arguments.get(i - 1)) != null);
      if (i > 0 && (line || !strings)) out.append(' ');
      int before = out.length();
      Object one = arguments.get(i);
      if (one == null) out.append("<nil>");
      else show(one, out);
      context.spend(out.length() - before);
    }
    return line ? out.append('\n').toString() : out.toString();
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace("'", "&#39;")
        .replace('\u0000', '\uFFFD');
  }
}
