package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Replaces texts by others, from left to right, each place once. */
final class Replacing {
  private Replacing() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("replace", "string, string, string -> string", Replacing::one),
        Builtin.of("strings.replace_n", "object, string -> string", Replacing::some));
  }

  private static Value one(Calling context, Value[] a) {
    String text = ((TextValue) a[0]).text();
    String old = ((TextValue) a[1]).text();
    String by = ((TextValue) a[2]).text();
    if (old.isEmpty()) return many(context, (TextValue) a[0], Map.of(old, by));
    String replaced = one(context, text, old, by);
    return replaced.equals(text) ? a[0] : Value.of(replaced);
  }

  private static String one(Calling context, String text, String old, String by) {
    context.spend(1 + text.length() / 16);
    Finder finder = Finder.of(old, text.length());
    int at = finder.next(text, 0);
    if (at < 0) return text;
    var out = new StringBuilder(text.length());
    int from = 0;
    for (; at >= 0; at = finder.next(text, from)) {
      context.spend(1 + at - from + by.length());
      out.append(text, from, at).append(by);
      from = at + old.length();
    }
    context.spend(text.length() - from);
    return out.append(text, from, text.length()).toString();
  }

  private static Value some(Calling context, Value[] a) throws BuiltinFault {
    var patterns = new TreeMap<String, String>();
    var object = (ObjectValue) a[0];
    context.spend(object.size());
    for (Value key : object.keys()) {
      if (!(key instanceof TextValue(String old)))
        throw new BuiltinFault("operand 1 non-string key found in pattern object");
      if (!(object.get(key) instanceof TextValue(String by)))
        throw new BuiltinFault("operand 1 non-string value found in pattern object");
      patterns.put(old, by);
    }
    if (patterns.isEmpty()) return a[1];
    return many(context, (TextValue) a[1], patterns);
  }

  /**
   * An empty pattern is found between all bytes, as Go has it, so that characters beyond ASCII come
   * apart; then every byte is taken for a character of Latin 1 meanwhile.
   */
  private static Value many(Calling context, TextValue text, Map<String, String> patterns) {
    if (!patterns.containsKey("") || TextShapes.isAscii(text.text()))
      return Value.of(Replacer.of(context, patterns).replace(context, text.text()));
    var latin = new TreeMap<String, String>();
    patterns.forEach((old, by) -> latin.put(latin(old), latin(by)));
    String replaced = Replacer.of(context, latin).replace(context, latin(text.text()));
    return TextValue.ofBytes(replaced.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String latin(String text) {
    return new String(new TextValue(text).bytes(), StandardCharsets.ISO_8859_1);
  }
}
