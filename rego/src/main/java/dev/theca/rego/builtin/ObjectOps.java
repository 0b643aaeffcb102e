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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code object.*}, but for {@code object.subset}. */
final class ObjectOps {
  private ObjectOps() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("object.get", "object, any, any -> any", ObjectOps::get),
        Builtin.of("object.keys", "object -> set", ObjectOps::keys),
        Builtin.of("object.remove", "object, object|set|array -> any", (c, a) -> pick(c, a, false)),
        Builtin.of("object.filter", "object, object|set|array -> any", (c, a) -> pick(c, a, true)),
        Builtin.of("object.union", "object, object -> any", ObjectOps::union),
        Builtin.of("object.union_n", "array -> any", ObjectOps::unionAll));
  }

  /** The member of a key, or what an array of keys leads to, or the third argument. */
  private static Value get(Calling context, Value[] a) {
    Value at = a[0];
    if (!(a[1] instanceof ArrayValue path)) {
      Value member = at.at(a[1]);
      return member == null ? a[2] : member;
    }
    context.spend(path.size());
    for (Value step : path) {
      Value next = at.at(step);
      if (next == null) return a[2];
      at = next;
    }
    return at;
  }

  private static Value keys(Calling context, Value[] a) {
    var object = (ObjectValue) a[0];
    context.spend(object.size());
    return SetValue.of(object.members().keySet());
  }

  /** The members whose keys are, or are not, among the items, elements or keys of the second. */
  private static Value pick(Calling context, Value[] a, boolean named) {
    var object = (ObjectValue) a[0];
    Collection<Value> names =
        switch (a[1]) {
          case ArrayValue array -> array.items();
          case SetValue set -> set.unordered();
          case ObjectValue other -> other.members().keySet();
          case NullValue _, BoolValue _, NumberValue _, TextValue _ -> List.of();
        };
    context.spend((long) object.size() + names.size());
    Set<Value> keys = names instanceof Set<Value> set ? set : new HashSet<>(names);
    var kept = new HashMap<Value, Value>();
    object
        .members()
        .forEach(
            (key, member) -> {
              if (keys.contains(key) == named) kept.put(key, member);
            });
    return ObjectValue.owning(kept);
  }

  private static Value union(Calling context, Value[] a) throws BuiltinFault {
    return merged(context, (ObjectValue) a[0], (ObjectValue) a[1], 0);
  }

  private static Value unionAll(Calling context, Value[] a) throws BuiltinFault {
    var all = (ArrayValue) a[0];
    for (Value one : all)
      if (!(one instanceof ObjectValue)) throw Wrong.item(1, all, one, "object");
    var result = new HashMap<Value, Value>();
    for (Value one : all) overlay(context, result, (ObjectValue) one, 0);
    return ObjectValue.owning(result);
  }

  private static ObjectValue merged(
      Calling context, ObjectValue first, ObjectValue second, int depth) throws BuiltinFault {
    Nesting.check(depth);
    context.spend(1L + first.size());
    var result = new HashMap<Value, Value>(first.members());
    overlay(context, result, second, depth);
    return ObjectValue.owning(result);
  }

  /** The second wins, but objects on both sides are merged in their turn. */
  private static void overlay(
      Calling context, HashMap<Value, Value> result, ObjectValue second, int depth)
      throws BuiltinFault {
    context.spend(1L + second.size());
    for (var member : second.members().entrySet()) {
      Value before = result.get(member.getKey());
      result.put(
          member.getKey(),
          before instanceof ObjectValue a && member.getValue() instanceof ObjectValue b
              ? merged(context, a, b, depth + 1)
              : member.getValue());
    }
  }
}
