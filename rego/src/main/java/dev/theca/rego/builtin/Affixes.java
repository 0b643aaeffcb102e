package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Whether any of some strings begins or ends with any of some others. */
final class Affixes {
  private Affixes() {}

  static List<Builtin> list() {
    return List.of(
        of("strings.any_prefix_match", UnaryOperator.identity()),
        of("strings.any_suffix_match", Affixes::reversed));
  }

  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  private static Builtin of(String name, UnaryOperator<String> turn) {
    return Builtin.of(
        name,
        "string|set|array, string|set|array -> boolean",
        (context, a) -> {
          List<String> texts = texts(context, a[0], 1, turn);
          List<String> affixes = texts(context, a[1], 2, turn);
          return Value.of(any(texts, affixes));
        });
  }

  private static List<String> texts(
      Calling context, Value operand, int place, UnaryOperator<String> turn) throws BuiltinFault {
    if (operand instanceof TextValue(String text)) return List.of(turn.apply(text));
    var texts = new ArrayList<String>();
    for (Value item : Aggregates.items(context, operand)) {
      if (!(item instanceof TextValue(String text)))
        throw Wrong.item(place, operand, item, "string");
      context.spend(text.length() / 32);
      texts.add(turn.apply(text));
    }
    return texts;
  }

  /** Strings with one prefix are neighbours in order, right behind the prefix itself. */
  private static boolean any(List<String> texts, List<String> prefixes) {
    if (texts.size() == 1) return prefixes.stream().anyMatch(texts.getFirst()::startsWith);
    if (prefixes.size() == 1)
      return texts.stream().anyMatch(one -> one.startsWith(prefixes.getFirst()));
    var ordered = new TreeSet<>(texts);
    for (String prefix : prefixes) {
      String next = ordered.ceiling(prefix);
      if (next != null && next.startsWith(prefix)) return true;
    }
    return false;
  }
}
