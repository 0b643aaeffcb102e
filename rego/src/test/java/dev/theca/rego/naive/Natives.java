package dev.theca.rego.naive;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The few functions of the core. */
final class Natives {
  private Natives() {}

  static Optional<Value> call(String name, List<Value> a) {
    Value first = a.getFirst();
    Value last = a.getLast();
    return switch (name) {
      case "==" -> truth(first.equals(last));
      case "!=" -> truth(!first.equals(last));
      case "<" -> truth(first.compareTo(last) < 0);
      case "<=" -> truth(first.compareTo(last) <= 0);
      case ">" -> truth(first.compareTo(last) > 0);
      case ">=" -> truth(first.compareTo(last) >= 0);
      case "in" -> truth(Naive.members(last).containsValue(first));
      case "+" ->
          first instanceof NumberValue x && last instanceof NumberValue y
              ? Optional.of(Value.of(x.longValue() + y.longValue()))
              : Optional.empty();
      case "-" -> minus(first, last);
      case "&" -> {
        if (!(first instanceof SetValue x) || !(last instanceof SetValue y)) yield Optional.empty();
        var both = new HashSet<>(x.elements());
        both.retainAll(y.elements());
        yield Optional.of(SetValue.of(both));
      }
      case "count" ->
          switch (first) {
            case ArrayValue array -> number(array.size());
            case SetValue set -> number(set.size());
            case ObjectValue object -> number(object.size());
            case TextValue(String text) -> number(text.length());
            default -> Optional.empty();
          };
      case "is_number" -> truth(first instanceof NumberValue);
      default -> throw new IllegalStateException(name + " is not in the core");
    };
  }

  private static Optional<Value> minus(Value first, Value last) {
    if (first instanceof NumberValue x && last instanceof NumberValue y)
      return Optional.of(Value.of(x.longValue() - y.longValue()));
    if (!(first instanceof SetValue x) || !(last instanceof SetValue y)) return Optional.empty();
    var rest = new HashSet<>(x.elements());
    rest.removeAll(y.elements());
    return Optional.of(SetValue.of(rest));
  }

  private static Optional<Value> truth(boolean value) {
    return Optional.of(Value.of(value));
  }

  private static Optional<Value> number(int value) {
    return Optional.of(Value.of(value));
  }
}
