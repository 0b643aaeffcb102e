package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Parts of strings. */
final class Cutting {
  private Cutting() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("substring", "string, number, number -> string", Cutting::substring),
        Builtin.of("trim", "string, string -> string", (c, a) -> trim(c, a, true, true)),
        Builtin.of("trim_left", "string, string -> string", (c, a) -> trim(c, a, true, false)),
        Builtin.of("trim_right", "string, string -> string", (c, a) -> trim(c, a, false, true)),
        Builtin.of(
            "trim_space",
            "string -> string",
            (context, a) -> {
              Searching.pay(context, a);
              return trim(a[0], Cutting::isSpace, true, true);
            }),
        Builtin.of(
            "trim_prefix",
            "string, string -> string",
            (context, a) -> {
              Searching.pay(context, a);
              String text = Searching.text(a[0]);
              String prefix = Searching.text(a[1]);
              return text.startsWith(prefix) ? Value.of(text.substring(prefix.length())) : a[0];
            }),
        Builtin.of(
            "trim_suffix",
            "string, string -> string",
            (context, a) -> {
              Searching.pay(context, a);
              String text = Searching.text(a[0]);
              String suffix = Searching.text(a[1]);
              return text.endsWith(suffix)
                  ? Value.of(text.substring(0, text.length() - suffix.length()))
                  : a[0];
            }));
  }

  /** A negative length is "to the end". */
  private static Value substring(Calling context, Value[] a) throws BuiltinFault {
    String text = Searching.text(a[0]);
    long offset = integer(a[1], 2);
    long length = integer(a[2], 3);
    if (offset < 0) throw new BuiltinFault("negative offset");
    context.spend(1 + text.length() / 32);
    if (offset >= text.length()) return Value.of("");
    int size = text.codePointCount(0, text.length());
    if (offset >= size) return Value.of("");
    long rest = size - offset;
    int take = (int) (length < 0 ? rest : Math.min(length, rest));
    int from = text.offsetByCodePoints(0, (int) offset);
    return Value.of(text.substring(from, text.offsetByCodePoints(from, take)));
  }

  private static long integer(Value operand, int place) throws BuiltinFault {
    Long value = Numerals.asLong((NumberValue) operand);
    if (value != null) return value;
    throw BuiltinFault.operand(
        "operand " + place + " must be integer number but got floating-point number");
  }

  private static Value trim(Calling context, Value[] a, boolean left, boolean right) {
    Searching.pay(context, a);
    String cut = Searching.text(a[1]);
    if (cut.length() <= 16) return trim(a[0], c -> cut.indexOf(c) >= 0, left, right);
    context.spend(cut.length());
    var set = cut.codePoints().boxed().collect(Collectors.toSet());
    return trim(a[0], set::contains, left, right);
  }

  private static Value trim(Value operand, IntPredicate cut, boolean left, boolean right) {
    String text = Searching.text(operand);
    int from = 0;
    int to = text.length();
    while (left && from < to) {
      int c = text.codePointAt(from);
      if (!cut.test(c)) break;
      from += Character.charCount(c);
    }
    while (right && from < to) {
      int c = text.codePointBefore(to);
      if (!cut.test(c)) break;
      to -= Character.charCount(c);
    }
    return from == 0 && to == text.length() ? operand : Value.of(text.substring(from, to));
  }

  /** Unicode's White_Space, as Go's {@code IsSpace}. */
  private static boolean isSpace(int c) {
    return c >= '\t' && c <= '\r'
        || c == 0x85
        || switch (Character.getType(c)) {
          case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> false;
        };
  }
}
