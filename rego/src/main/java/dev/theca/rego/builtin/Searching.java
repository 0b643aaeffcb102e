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

/** What a string holds, and where: positions are code points. */
final class Searching {
  private Searching() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "startswith",
            "string, string -> boolean",
            (_, a) -> Value.of(text(a[0]).startsWith(text(a[1])))),
        Builtin.of(
            "endswith",
            "string, string -> boolean",
            (_, a) -> Value.of(text(a[0]).endsWith(text(a[1])))),
        Builtin.of(
            "contains",
            "string, string -> boolean",
            (context, a) -> {
              pay(context, a);
              return Value.of(TextSearch.contains(text(a[0]), text(a[1])));
            }),
        Builtin.of("indexof", "string, string -> number", Searching::first),
        Builtin.of("indexof_n", "string, string -> array", Searching::every),
        Builtin.of("strings.count", "string, string -> number", Searching::count));
  }

  static String text(Value operand) {
    return ((TextValue) operand).text();
  }

  /** For looking at every character. */
  static void pay(Calling context, Value... operands) {
    long characters = 0;
    for (Value operand : operands) characters += text(operand).length();
    context.spend(1 + characters / 32);
  }

  private static TextSearch needle(Calling context, Value[] a) throws BuiltinFault {
    pay(context, a);
    if (text(a[1]).isEmpty()) throw new BuiltinFault("empty search character");
    return TextSearch.of(text(a[1]));
  }

  private static Value first(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a[0]);
    int at = needle(context, a).in(text, 0);
    return NumberValue.of(at < 0 ? -1 : text.codePointCount(0, at));
  }

  private static Value every(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a[0]);
    context.spend(text.length());
    var places = new ArrayList<Value>();
    // chars and code points up to the last place found
    int[] known = {0, 0};
    needle(context, a)
        .all(
            text,
            at -> {
              known[1] += text.codePointCount(known[0], at);
              known[0] = at;
              places.add(NumberValue.of(known[1]));
            });
    return ArrayValue.of(places);
  }

  private static Value count(Calling context, Value[] a) {
    pay(context, a);
    String text = text(a[0]);
    if (text(a[1]).isEmpty()) return NumberValue.of(text.codePointCount(0, text.length()) + 1L);
    TextSearch needle = TextSearch.of(text(a[1]));
    int count = 0;
    for (int at = needle.in(text, 0); at >= 0; at = needle.in(text, at + needle.length())) count++;
    return NumberValue.of(count);
  }
}
