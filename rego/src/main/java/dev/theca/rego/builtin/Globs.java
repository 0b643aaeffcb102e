package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code glob.*}; a pattern is compiled once in an evaluation. */
final class Globs {
  private Globs() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("glob.match", "string, array|null, string -> boolean", Globs::match),
        Builtin.of("glob.quote_meta", "string -> string", Globs::quote));
  }

  private record Key(String pattern, String delimiters) {}

  private record Compiled(@Nullable GlobPattern pattern, String fault) {}

  private static Value match(Calling context, Value[] a) throws BuiltinFault {
    String delimiters = a[1] instanceof ArrayValue array ? delimiters(context, array) : "";
    var key = new Key(((TextValue) a[0]).text(), delimiters);
    var compiled = context.once(key, () -> compile(context, key));
    GlobPattern pattern = compiled.pattern();
    if (pattern == null) throw new BuiltinFault(compiled.fault());
    return Value.of(pattern.matches(context, ((TextValue) a[2]).text()));
  }

  private static Compiled compile(Calling context, Key key) {
    context.spend(1L + 4L * key.pattern().length());
    try {
      return new Compiled(GlobPattern.of(key.pattern(), key.delimiters()), "");
    } catch (BuiltinFault e) {
      return new Compiled(null, String.valueOf(e.getMessage()));
    }
  }

  /** An array without items stands for the dot; null, elsewhere, for no delimiter. */
  private static String delimiters(Calling context, ArrayValue array) throws BuiltinFault {
    context.spend(1L + array.size());
    if (array.size() == 0) return ".";
    var all = new StringBuilder();
    for (Value item : array) {
      if (!(item instanceof TextValue(String text))) throw Wrong.item(2, array, item, "string");
      if (text.codePointCount(0, text.length()) != 1) throw Wrong.item(2, array, item, "rune");
      all.append(text);
    }
    return all.toString();
  }

  private static Value quote(Calling context, Value[] a) {
    String text = ((TextValue) a[0]).text();
    context.spend(1L + 2L * text.length());
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if ("*?\\[]{}".indexOf(text.charAt(i)) >= 0) out.append('\\');
      out.append(text.charAt(i));
    }
    return Value.of(out.toString());
  }
}
