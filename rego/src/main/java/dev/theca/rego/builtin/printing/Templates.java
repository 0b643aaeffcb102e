package dev.theca.rego.builtin.printing;

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
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;

/** {@code strings.render_template}: what is missing is shown as {@code <undefined>}. */
final class Templates {
  private Templates() {}

  static Value render(Calling context, Value[] a) throws BuiltinFault {
    String text = ((TextValue) a[0]).text();
    check(context, a[1]);
    // tokens and nodes weigh more than the characters they are made of
    context.spend(1 + 4L * text.length());
    Map<String, List<TemplateNode>> templates = TemplateParser.parse(text);
    String out = TemplateRun.run(context, text, templates, Operand.decoded(a[1]));
    context.spend(out.length() / 8);
    // as there, in the whole text: whoever wrote Go's words
    return Value.of(out.replace("<no value>", "<undefined>"));
  }

  /** The values pass through JSON there, which has no sets, and no keys that are no strings. */
  private static void check(Calling context, Value root) throws BuiltinFault {
    var left = new ArrayDeque<Value>(List.of(root));
    while (!left.isEmpty()) {
      context.spend(1);
      switch (left.pop()) {
        case NullValue _, BoolValue _, NumberValue _, TextValue _ -> {}
        case SetValue set -> throw new BuiltinFault(badSet(set));
        case ArrayValue array -> array.forEach(left::push);
        case ObjectValue object -> {
          for (Value key : object.keys())
            if (!(key instanceof TextValue)) throw new BuiltinFault(badKey(key));
          object.forEach((_, member) -> left.push(member));
        }
      }
    }
  }

  private static String badSet(SetValue set) {
    if (set.size() == 0) return "invalid character 's' looking for beginning of value";
    Value first = set.elements().getFirst();
    if (!(first instanceof TextValue)) return badKey(first);
    return "invalid character '" + (set.size() == 1 ? '}' : ',') + "' after object key";
  }

  private static String badKey(Value key) {
    return "invalid character '"
        + key.toString().charAt(0)
        + "' looking for beginning of object key string";
  }
}
