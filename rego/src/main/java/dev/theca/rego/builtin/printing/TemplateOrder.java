package dev.theca.rego.builtin.printing;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.Value;
import java.util.List;

/**
 * Comparisons of templates: between values of one kind. Numbers of the input compare as the texts
 * they were written as, for that is how Go's decoder hands them to templates.
 */
final class TemplateOrder {
  private TemplateOrder() {}

  static boolean test(String name, List<Operand> a) throws BuiltinFault {
    Operand first = a.getFirst();
    if (name.equals("eq")) return any(first, a.subList(1, a.size()));
    Operand second = a.get(1);
    return switch (name) {
      case "ne" -> !any(first, List.of(second));
      case "lt" -> less(name, first, second);
      case "le" -> less(name, first, second) || same(name, first, second);
      case "gt" -> !less(name, first, second) && !same(name, first, second);
      default -> !less(name, first, second);
    };
  }

  private static boolean any(Operand first, List<Operand> others) throws BuiltinFault {
    if (others.isEmpty()) throw fault("eq", "missing argument for comparison");
    for (Operand other : others) if (same("eq", first, other)) return true;
    return false;
  }

  private static boolean same(String name, Operand first, Operand second) throws BuiltinFault {
    boolean nothing = first instanceof Operand.Nothing;
    if (nothing || second instanceof Operand.Nothing)
      return nothing && second instanceof Operand.Nothing;
    return switch (first) {
      case Operand.Text text when second instanceof Operand.Text other ->
          text.text().equals(other.text());
      case Operand.Whole whole when second instanceof Operand.Whole other ->
          whole.value() == other.value();
      case Operand.Real real when second instanceof Operand.Real other ->
          real.value() == other.value();
      case Operand.Truth truth when second instanceof Operand.Truth other ->
          truth.value() == other.value();
      case Operand.Items _, Operand.Members _ ->
          throw fault(name, "non-comparable type " + first.type());
      case Operand.Text _,
          Operand.Whole _,
          Operand.Real _,
          Operand.Truth _,
          Operand.Large _,
          Operand.Nothing _ ->
          throw fault(name, "incompatible types for comparison");
    };
  }

  private static boolean less(String name, Operand first, Operand second) throws BuiltinFault {
    if (first instanceof Operand.Text a && second instanceof Operand.Text b)
      return Value.of(a.text()).compareTo(Value.of(b.text())) < 0;
    if (first instanceof Operand.Whole a && second instanceof Operand.Whole b)
      return a.value() < b.value();
    if (first instanceof Operand.Real a && second instanceof Operand.Real b)
      return a.value() < b.value();
    boolean basic = isOrdered(first) && isOrdered(second);
    throw fault(name, basic ? "incompatible types for comparison" : "invalid type for comparison");
  }

  private static boolean isOrdered(Operand operand) {
    return operand instanceof Operand.Text
        || operand instanceof Operand.Whole
        || operand instanceof Operand.Real;
  }

  private static BuiltinFault fault(String name, String message) {
    return new BuiltinFault("error calling " + name + ": " + message);
  }
}
