package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Whether, where and how often a text occurs in another; places are counted in code points. */
final class TextSearch {
  private TextSearch() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("contains", "string, string -> boolean", TextSearch::contains),
        Builtin.of(
            "startswith",
            "string, string -> boolean",
            (_, a) -> Value.of(text(a[0]).startsWith(text(a[1])))),
        Builtin.of(
            "endswith",
            "string, string -> boolean",
            (_, a) -> Value.of(text(a[0]).endsWith(text(a[1])))),
        Builtin.of("indexof", "string, string -> number", TextSearch::first),
        Builtin.of("indexof_n", "string, string -> array", TextSearch::all),
        Builtin.of("strings.count", "string, string -> number", TextSearch::count));
  }

  private static String text(Value value) {
    return ((TextValue) value).text();
  }

  private static Value contains(Calling context, Value[] a) {
    String text = text(a[0]);
    context.spend(1 + text.length() / 16);
    return Value.of(Finder.contains(text, text(a[1])));
  }

  private static Value first(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a[0]);
    int at = finder(context, a).next(text, 0);
    return Value.of(at < 0 ? at : text.codePointCount(0, at));
  }

  /** Matches may overlap. */
  private static Value all(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a[0]);
    Finder finder = finder(context, a);
    var places = new ArrayList<Value>();
    int place = 0;
    int from = 0;
    // the finder starts afresh behind every match: the length of the needle is paid again
    for (int at = finder.next(text, 0); at >= 0; at = finder.next(text, at + 1)) {
      context.spend(1 + text(a[1]).length() / 16);
      place += text.codePointCount(from, at);
      from = at;
      places.add(Value.of(place));
    }
    return ArrayValue.of(places);
  }

  private static Finder finder(Calling context, Value[] a) throws BuiltinFault {
    String needle = text(a[1]);
    if (needle.isEmpty()) throw new BuiltinFault("empty search character");
    int length = text(a[0]).length();
    context.spend(1 + (length + needle.length()) / 16);
    return Finder.of(needle, length);
  }

  /** Matches do not overlap; an empty text is found before every code point and at the end. */
  private static Value count(Calling context, Value[] a) {
    String text = text(a[0]);
    String needle = text(a[1]);
    context.spend(1 + text.length() / 16);
    if (needle.isEmpty()) return Value.of(1 + text.codePointCount(0, text.length()));
    Finder finder = Finder.of(needle, text.length());
    int count = 0;
    for (int at = finder.next(text, 0); at >= 0; at = finder.next(text, at + needle.length()))
      count++;
    return Value.of(count);
  }
}
