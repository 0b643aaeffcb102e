package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Cuts characters, or a text, off the ends of a text. */
final class Trims {
  private static final int FEW = 16;

  private Trims() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("trim", "string, string -> string", (c, a) -> cut(c, a, true, true)),
        Builtin.of("trim_left", "string, string -> string", (c, a) -> cut(c, a, true, false)),
        Builtin.of("trim_right", "string, string -> string", (c, a) -> cut(c, a, false, true)),
        Builtin.of("trim_prefix", "string, string -> string", (_, a) -> prefix(a)),
        Builtin.of("trim_suffix", "string, string -> string", (_, a) -> suffix(a)),
        Builtin.of("trim_space", "string -> string", Trims::space));
  }

  private static String text(Value value) {
    return ((TextValue) value).text();
  }

  private static Value cut(Calling context, Value[] a, boolean left, boolean right) {
    String cutset = text(a[1]);
    context.spend(1 + text(a[0]).length() / 16 + cutset.length());
    if (cutset.isEmpty()) return a[0];
    if (cutset.length() <= FEW) return cut(a[0], c -> cutset.indexOf(c) >= 0, left, right);
    var points = cutset.codePoints().boxed().collect(Collectors.toSet());
    return cut(a[0], points::contains, left, right);
  }

  private static Value cut(Value value, IntPredicate cut, boolean left, boolean right) {
    String text = text(value);
    int from = 0;
    int to = text.length();
    while (left && from < to && cut.test(text.codePointAt(from)))
      from += Character.charCount(text.codePointAt(from));
    while (right && from < to && cut.test(text.codePointBefore(to)))
      to -= Character.charCount(text.codePointBefore(to));
    return part(value, from, to);
  }

  private static Value part(Value value, int from, int to) {
    String text = text(value);
    return to - from == text.length() ? value : Value.of(text.substring(from, to));
  }

  private static Value prefix(Value[] a) {
    String text = text(a[0]);
    String prefix = text(a[1]);
    return text.startsWith(prefix) ? part(a[0], prefix.length(), text.length()) : a[0];
  }

  private static Value suffix(Value[] a) {
    String text = text(a[0]);
    String suffix = text(a[1]);
    return text.endsWith(suffix) ? part(a[0], 0, text.length() - suffix.length()) : a[0];
  }

  private static Value space(Calling context, Value[] a) {
    context.spend(1 + text(a[0]).length() / 16);
    return cut(a[0], Trims::isSpace, true, true);
  }

  /** The property White_Space of Unicode, which is not what the JDK calls white space. */
  private static boolean isSpace(int c) {
    return c >= 0x09 && c <= 0x0D
        || c == ' '
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200A
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }
}
