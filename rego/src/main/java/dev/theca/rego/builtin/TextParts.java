package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Takes texts apart and puts them together. */
final class TextParts {
  private TextParts() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("concat", "string, set|array -> string", TextParts::concat),
        Builtin.of("split", "string, string -> array", TextParts::split),
        Builtin.of("strings.split_n", "string, string, number -> array", TextParts::splitSome),
        Builtin.of("substring", "string, number, number -> string", TextParts::substring));
  }

  private static String text(Value value) {
    return ((TextValue) value).text();
  }

  private static Value concat(Calling context, Value[] a) throws BuiltinFault {
    String separator = text(a[0]);
    List<Value> items = a[1] instanceof SetValue set ? set.elements() : ((ArrayValue) a[1]).items();
    long length = 0;
    for (Value item : items) {
      if (!(item instanceof TextValue(String text))) throw Wrong.item(2, a[1], item, "string");
      length += text.length() + separator.length();
    }
    if (items.isEmpty()) return Value.of("");
    if (items.size() == 1) return items.getFirst();
    context.spend(length);
    // a length beyond an int ends the evaluation above: no limit allows it
    var joined = new StringBuilder((int) Math.min(length, 1 << 20));
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) joined.append(separator);
      joined.append(text(items.get(i)));
    }
    return Value.of(joined.toString());
  }

  private static Value split(Calling context, Value[] a) {
    List<Value> parts = parts(context, text(a[0]), text(a[1]), Long.MAX_VALUE);
    return parts.size() == 1 ? ArrayValue.owning(a[0]) : ArrayValue.of(parts);
  }

  private static Value splitSome(Calling context, Value[] a) throws BuiltinFault {
    long wanted = Wrong.integer(a[2], 3);
    if (wanted >= 0) return ArrayValue.of(parts(context, text(a[0]), text(a[1]), wanted));
    List<Value> parts = parts(context, text(a[0]), text(a[1]), Long.MAX_VALUE);
    int from = (int) Math.max(parts.size() + wanted, 0);
    return ArrayValue.of(parts.subList(from, parts.size()));
  }

  /** At most so many parts, without the rest; an empty delimiter is between all code points. */
  private static List<Value> parts(Calling context, String text, String delimiter, long limit) {
    context.spend(1 + text.length() / 16);
    var parts = new ArrayList<Value>();
    if (delimiter.isEmpty()) {
      for (int i = 0; i < text.length() && parts.size() < limit; ) {
        int point = text.codePointAt(i);
        context.spend(1);
        parts.add(TextValue.ofCodePoint(point));
        i += Character.charCount(point);
      }
      return parts;
    }
    Finder finder = Finder.of(delimiter, text.length());
    int from = 0;
    while (parts.size() < limit) {
      int at = finder.next(text, from);
      context.spend(1);
      parts.add(Value.of(text.substring(from, at < 0 ? text.length() : at)));
      if (at < 0) break;
      from = at + delimiter.length();
    }
    return parts;
  }

  private static Value substring(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a[0]);
    long offset = Wrong.integer(a[1], 2);
    long length = Wrong.integer(a[2], 3);
    if (offset < 0) throw new BuiltinFault("negative offset");
    context.spend(1 + text.length() / 16);
    int points = text.codePointCount(0, text.length());
    if (offset >= points) return Value.of("");
    long count = length < 0 ? points - offset : Math.min(length, points - offset);
    if (count == points) return a[0];
    int from = text.offsetByCodePoints(0, (int) offset);
    int to = text.offsetByCodePoints(from, (int) count);
    return Value.of(text.substring(from, to));
  }
}
