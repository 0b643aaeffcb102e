package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** Lower case, upper case, and backwards. */
final class TextShapes {
  private TextShapes() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("lower", "string -> string", (c, a) -> mapped(c, a[0], false)),
        Builtin.of("upper", "string -> string", (c, a) -> mapped(c, a[0], true)),
        Builtin.of("strings.reverse", "string -> string", TextShapes::reverse));
  }

  /** Point by point: no letter becomes two, and no letter depends on its neighbours. */
  private static Value mapped(Calling context, Value value, boolean up) {
    String text = ((TextValue) value).text();
    context.spend(1 + text.length() / 4);
    String result;
    if (isAscii(text)) result = up ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
    else result = mapped(text, up ? Character::toUpperCase : Character::toLowerCase);
    return result.equals(text) ? value : Value.of(result);
  }

  private static String mapped(String text, IntUnaryOperator map) {
    var out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(isLone(c) ? 0xFFFD : map.applyAsInt(c)));
    return out.toString();
  }

  /** A byte that is no UTF-8: the mappings of Go replace it. */
  private static boolean isLone(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) if (text.charAt(i) >= 128) return false;
    return true;
  }

  private static Value reverse(Calling context, Value[] a) {
    String text = ((TextValue) a[0]).text();
    context.spend(1 + text.length() / 4);
    return Value.of(new StringBuilder(text).reverse().toString());
  }
}
