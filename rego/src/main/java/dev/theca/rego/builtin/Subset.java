package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.List;

/**
 * {@code object.subset}: objects go into the values of shared keys, sets and arrays do not go into
 * their items; an array is within another where its items follow each other there.
 */
final class Subset {
  private Subset() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("object.subset", "array|object|set, array|object|set -> any", Subset::subset));
  }

  private static Value subset(Calling context, Value[] a) throws BuiltinFault {
    if (a[0] instanceof ArrayValue array && a[1] instanceof SetValue set)
      return Value.of(covers(context, array, set));
    if (a[0].kind() != a[1].kind())
      throw BuiltinFault.operand(
          "both arguments object.subset must be of the same type or array and set");
    return Value.of(within(context, a[0], a[1], 0));
  }

  private static boolean within(Calling context, Value outer, Value inner, int depth)
      throws BuiltinFault {
    Nesting.check(depth);
    context.spend(1);
    if (outer instanceof ObjectValue a && inner instanceof ObjectValue b) {
      for (var member : b.members().entrySet()) {
        Value other = a.get(member.getKey());
        if (other == null || !within(context, other, member.getValue(), depth + 1)) return false;
      }
      return true;
    }
    if (outer instanceof SetValue a && inner instanceof SetValue b) {
      context.spend(b.size());
      return a.unordered().containsAll(b.unordered());
    }
    if (outer instanceof ArrayValue a && inner instanceof ArrayValue b)
      return follows(context, a, b);
    return outer.equals(inner);
  }

  /** Knuth, Morris and Pratt's search, so that repetitive arrays cost no more than others. */
  private static boolean follows(Calling context, ArrayValue outer, ArrayValue inner) {
    context.spend((long) outer.size() + inner.size());
    if (inner.size() > outer.size()) return false;
    int[] borders = new int[inner.size() + 1];
    for (int i = 1, border = 0; i < inner.size(); i++) {
      while (border > 0 && !inner.item(i).equals(inner.item(border))) border = borders[border];
      if (inner.item(i).equals(inner.item(border))) border++;
      borders[i + 1] = border;
    }
    int matched = 0;
    for (int i = 0; i < outer.size() && matched < inner.size(); i++) {
      while (matched > 0 && !outer.item(i).equals(inner.item(matched))) matched = borders[matched];
      if (outer.item(i).equals(inner.item(matched))) matched++;
    }
    return matched == inner.size();
  }

  /**
   * Whether so many items are elements as the set has. An item that stands twice counts twice, and
   * an array without items covers not even the set without elements: so it is in Open Policy Agent.
   */
  private static boolean covers(Calling context, ArrayValue array, SetValue set) {
    context.spend(array.size());
    int missing = set.size();
    for (Value item : array) {
      if (set.contains(item)) missing--;
      if (missing == 0) return true;
    }
    return false;
  }
}
