package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Strings from strings: joined, split, in another case, reversed. */
final class Joining {
  private Joining() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("concat", "string, set|array -> string", Joining::concat),
        Builtin.of("split", "string, string -> array", Joining::split),
        Builtin.of("strings.split_n", "string, string, number -> array", Joining::splitN),
        Builtin.of("lower", "string -> string", (c, a) -> mapped(c, a[0], Character::toLowerCase)),
        Builtin.of("upper", "string -> string", (c, a) -> mapped(c, a[0], Character::toUpperCase)),
        Builtin.of(
            "strings.reverse",
            "string -> string",
            (context, a) -> {
              Searching.pay(context, a);
              return Value.of(new StringBuilder(Searching.text(a[0])).reverse().toString());
            }));
  }

  private static Value concat(Calling context, Value[] a) throws BuiltinFault {
    String between = Searching.text(a[0]);
    List<Value> items = Aggregates.items(context, a[1]);
    long length = (long) between.length() * Math.max(0, items.size() - 1);
    for (Value item : items) {
      if (!(item instanceof TextValue(String text))) throw Wrong.item(2, a[1], item, "string");
      length += text.length();
    }
    if (items.isEmpty()) return Value.of("");
    if (items.size() == 1) return items.getFirst();
    context.spend(length);
    if (length > Integer.MAX_VALUE - 8) context.spend(Long.MAX_VALUE);
    var joined = new StringBuilder((int) length);
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) joined.append(between);
      joined.append(Searching.text(items.get(i)));
    }
    return Value.of(joined.toString());
  }

  private static Value split(Calling context, Value[] a) {
    return ArrayValue.of(parts(context, a, Long.MAX_VALUE));
  }

  /** The first so many parts, or the last so many where the number is negative. */
  private static Value splitN(Calling context, Value[] a) throws BuiltinFault {
    Long count = Numerals.asLong((NumberValue) a[2]);
    if (count == null)
      throw BuiltinFault.operand("operand 3 must be integer number but got floating-point number");
    List<Value> parts = parts(context, a, count < 0 ? Long.MAX_VALUE : count);
    if (count >= 0) return ArrayValue.of(parts);
    int from = (int) Math.max(parts.size() + count, 0);
    return ArrayValue.of(parts.subList(from, parts.size()));
  }

  /** At most so many parts, the rest is left out; nothing between parts makes characters. */
  private static List<Value> parts(Calling context, Value[] a, long limit) {
    Searching.pay(context, a[0], a[1]);
    String text = Searching.text(a[0]);
    var parts = new ArrayList<Value>();
    if (Searching.text(a[1]).isEmpty()) {
      for (int i = 0; i < text.length() && parts.size() < limit; ) {
        int c = text.codePointAt(i);
        i += Character.charCount(c);
        context.spend(1);
        parts.add(TextValue.ofCodePoint(c));
      }
      return parts;
    }
    TextSearch between = TextSearch.of(Searching.text(a[1]));
    int from = 0;
    while (parts.size() < limit) {
      int to = between.in(text, from);
      context.spend(1);
      if (to < 0) {
        parts.add(from == 0 ? a[0] : Value.of(text.substring(from)));
        return parts;
      }
      parts.add(Value.of(text.substring(from, to)));
      from = to + between.length();
    }
    return parts;
  }

  /** Character by character: no rule of a language applies, and no character becomes two. */
  private static Value mapped(Calling context, Value operand, IntUnaryOperator map) {
    Searching.pay(context, operand);
    String text = Searching.text(operand);
    int same = 0;
    while (same < text.length()) {
      int c = text.codePointAt(same);
      if (map.applyAsInt(c) != c || isLone(c)) break;
      same += Character.charCount(c);
    }
    if (same == text.length()) return operand;
    context.spend(text.length());
    var out = new StringBuilder(text.length()).append(text, 0, same);
    for (int i = same; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      out.appendCodePoint(isLone(c) ? 0xFFFD : map.applyAsInt(c));
    }
    return Value.of(out.toString());
  }

  private static boolean isLone(int c) {
    return c >= 0xD800 && c <= 0xDFFF;
  }
}
