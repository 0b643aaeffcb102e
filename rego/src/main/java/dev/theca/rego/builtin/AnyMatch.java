package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Whether any of some texts begins, or ends, with any of others. */
final class AnyMatch {
  private static final long FEW = 64;
  private static final String SIGNATURE = "string|array|set, string|array|set -> boolean";

  private AnyMatch() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("strings.any_prefix_match", SIGNATURE, (context, a) -> match(context, a, false)),
        Builtin.of("strings.any_suffix_match", SIGNATURE, (context, a) -> match(context, a, true)));
  }

  private static Value match(Calling context, Value[] a, boolean end) throws BuiltinFault {
    List<String> texts = texts(context, a[0], 1);
    List<String> parts = texts(context, a[1], 2);
    return Value.of(
        (long) texts.size() * parts.size() <= FEW
            ? paired(texts, parts, end)
            : sorted(context, texts, parts, end));
  }

  private static boolean paired(List<String> texts, List<String> parts, boolean end) {
    for (String text : texts)
      for (String part : parts) if (end ? text.endsWith(part) : text.startsWith(part)) return true;
    return false;
  }

  /** In order, a text that begins with a part is the first one not before the part. */
  private static boolean sorted(
      Calling context, List<String> texts, List<String> parts, boolean end) {
    var order = new TreeSet<String>();
    for (String text : texts) order.add(turned(context, text, end));
    for (String part : parts) {
      String sought = turned(context, part, end);
      String next = order.ceiling(sought);
      if (next != null && next.startsWith(sought)) return true;
    }
    return false;
  }

  private static String turned(Calling context, String text, boolean turn) {
    context.spend(1 + text.length());
    return turn ? new StringBuilder(text).reverse().toString() : text;
  }

  private static List<String> texts(Calling context, Value operand, int place) throws BuiltinFault {
    return switch (operand) {
      case TextValue(String text) -> List.of(text);
      case ArrayValue array -> items(context, array, array.items(), place);
      case SetValue set -> items(context, set, set.elements(), place);
      case NullValue _, BoolValue _, NumberValue _, ObjectValue _ ->
          throw Wrong.kind(place, operand, "string", "set", "array");
    };
  }

  private static List<String> items(Calling context, Value operand, List<Value> items, int place)
      throws BuiltinFault {
    context.spend(items.size());
    var texts = new ArrayList<String>(items.size());
    for (Value item : items) {
      if (!(item instanceof TextValue(String text)))
        throw Wrong.item(place, operand, item, "string");
      texts.add(text);
    }
    return texts;
  }
}
