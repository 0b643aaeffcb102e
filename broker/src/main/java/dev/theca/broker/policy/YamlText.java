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

/**
 * Writes as libyaml and Go's yaml.v2 do: blocks, two spaces a level, sequences of a mapping at the
 * level of their key, long plain texts folded.
 */
final class YamlText {
  /** Longest key that stands on the line of its value. */
  private static final int MAX_KEY = 128;

  private final YamlLines out = new YamlLines();

  String document(Value value) {
    node(value, -1, false, false);
    return out.end();
  }

  /**
   * One node.
   *
   * @param indent of the collection around it, -1 for none
   * @param member whether it is the value of a key
   */
  private void node(Value value, int indent, boolean member, boolean key) {
    switch (value) {
      case ArrayValue array when array.size() > 0 -> items(array, indent, member);
      case SetValue set when set.size() > 0 -> items(ArrayValue.of(set.elements()), indent, member);
      case ObjectValue object when object.size() > 0 -> members(object, indent);
      case ArrayValue _, SetValue _ -> out.indicator("[]", false);
      case ObjectValue _ -> out.indicator("{}", false);
      case TextValue(String text) -> out.scalar(text, Math.max(0, indent + 2), key);
      case NumberValue number -> out.plain(number(number.literal()), indent + 2, key);
      case BoolValue flag -> out.plain(flag.toString(), indent + 2, key);
      case NullValue _ -> out.plain("null", indent + 2, key);
    }
  }

  /** A sequence that is the value of a key stands at the level of the key. */
  private void items(ArrayValue array, int around, boolean member) {
    boolean same = member && !out.atIndention();
    int indent = around < 0 ? 0 : same ? around : around + 2;
    for (Value item : array) {
      out.indent(indent);
      out.indicator("-", true);
      node(item, indent, false, false);
    }
  }

  private void members(ObjectValue object, int around) {
    int indent = around < 0 ? 0 : around + 2;
    for (TextValue name : KeyOrder.sorted(object.keys())) {
      out.indent(indent);
      Value member = Objects.requireNonNull(object.get(name));
      if (name.text().indexOf('\n') < 0 && name.bytes().length <= MAX_KEY) {
        node(name, indent, false, true);
        out.colon();
      } else {
        out.indicator("?", true);
        node(name, indent, false, false);
        out.indent(indent);
        out.indicator(":", true);
      }
      node(member, indent, true, false);
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
