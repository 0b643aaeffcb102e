package dev.theca.rego.types;

import dev.theca.rego.types.Shape.Any;
import dev.theca.rego.types.Shape.ArrayOf;
import dev.theca.rego.types.Shape.ObjectOf;
import dev.theca.rego.types.Shape.Scalar;
import dev.theca.rego.types.Shape.SetOf;
import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a value could have two shapes at once. */
public final class Fits {
  private Fits() {}

  /** Whether some value has both. */
  public static boolean unifies(@Nullable Shape a, @Nullable Shape b) {
    if (a == null || b == null) return false;
    if (a instanceof Any(List<Shape> of)) return any(of, b);
    if (b instanceof Any(List<Shape> of)) return any(of, a);
    return switch (a) {
      case Scalar it -> it.equals(b);
      case ArrayOf x -> b instanceof ArrayOf y && arrays(x, y);
      case ObjectOf x -> b instanceof ObjectOf y && objects(x, y);
      case SetOf(Shape x) -> b instanceof SetOf(Shape y) && unifies(x, y);
      case Any _ -> false;
    };
  }

  private static boolean any(List<Shape> of, Shape other) {
    return of.isEmpty() || of.stream().anyMatch(one -> unifies(one, other));
  }

  private static boolean arrays(ArrayOf a, ArrayOf b) {
    return within(a, b, 0)
        && within(b, a, a.items().size())
        && (a.rest() == null || b.rest() == null || unifies(a.rest(), b.rest()));
  }

  private static boolean within(ArrayOf a, ArrayOf b, int from) {
    for (int i = from; i < a.items().size(); i++) {
      Shape other = i < b.items().size() ? b.items().get(i) : b.rest();
      if (!unifies(a.items().get(i), other)) return false;
    }
    return true;
  }

  private static boolean objects(ObjectOf a, ObjectOf b) {
    return within(a, b, false)
        && within(b, a, true)
        && (a.value() == null || b.value() == null || unifies(a.value(), b.value()));
  }

  /** {@code rest} leaves out members of both, which were looked at from the other side. */
  private static boolean within(ObjectOf a, ObjectOf b, boolean rest) {
    for (Value key : a.fixed().keySet())
      if (!(rest && b.fixed().containsKey(key))
          && !unifies(a.fixed().get(key), Shapes.select(b, key))) return false;
    return true;
  }
}
