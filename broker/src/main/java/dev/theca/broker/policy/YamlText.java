package dev.theca.broker.policy;

import dev.theca.broker.policy.YamlScalars.Scalar;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.Objects;

/** Writes as Go's yaml.v3 does with an indent of two: blocks, nothing folded. */
final class YamlText {
  /** Longest key that stands on the line of its value. */
  private static final int MAX_KEY = 128;

  private final YamlLines out = new YamlLines();

  String document(Value value) {
    node(value, -1, false);
    return out.end();
  }

  /** One node in a collection at this indent, -1 for none. */
  private void node(Value value, int indent, boolean key) {
    switch (value) {
      case ArrayValue array when array.size() > 0 -> items(array, indent);
      case SetValue set when set.size() > 0 -> items(ArrayValue.of(set.elements()), indent);
      case ObjectValue object when object.size() > 0 -> members(object, indent);
      case ArrayValue _, SetValue _ -> out.indicator("[]", false);
      case ObjectValue _ -> out.indicator("{}", false);
      case TextValue(String text) -> out.scalar(text, Math.max(0, indent + 2), key);
      case NumberValue number -> out.plain(number(number.literal()));
      case BoolValue flag -> out.plain(flag.toString());
      case NullValue _ -> out.plain("null");
    }
  }

  private void items(ArrayValue array, int around) {
    int indent = around < 0 ? 0 : around + 2;
    for (Value item : array) {
      out.indent(indent);
      out.indicator("-", true);
      node(item, indent, false);
    }
  }

  private void members(ObjectValue object, int around) {
    int indent = around < 0 ? 0 : around + 2;
    for (TextValue name : KeyOrder.sorted(object.keys())) {
      out.indent(indent);
      Value member = Objects.requireNonNull(object.get(name));
      if (name.text().indexOf('\n') < 0 && name.bytes().length <= MAX_KEY) {
        node(name, indent, true);
        out.colon();
      } else {
        out.indicator("?", true);
        node(name, indent, false);
        out.indent(indent);
        out.indicator(":", true);
      }
      node(member, indent, false);
    }
  }

  /** An integer of 64 bits as it is, anything else as the nearest float. */
  private static String number(String literal) {
    return switch (YamlScalars.resolve(literal)) {
      case Scalar.Whole(BigInteger whole) -> whole.toString();
      case Scalar.Real(double real) -> YamlScalars.shortest(real);
      case Scalar.Text(String text, boolean _) -> text;
      case Scalar.Null() -> "null";
      case Scalar.Flag(boolean flag) -> Boolean.toString(flag);
    };
  }
}
