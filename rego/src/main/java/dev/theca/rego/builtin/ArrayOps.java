package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;

/** {@code array.*}. */
final class ArrayOps {
  private ArrayOps() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("array.concat", "array, array -> array", ArrayOps::concat),
        Builtin.of("array.flatten", "array -> array", ArrayOps::flatten),
        Builtin.of("array.reverse", "array -> array", ArrayOps::reverse),
        Builtin.of("array.slice", "array, number, number -> array", ArrayOps::slice));
  }

  private static Value concat(Calling context, Value[] a) {
    var first = (ArrayValue) a[0];
    var second = (ArrayValue) a[1];
    context.spend((long) first.size() + second.size());
    var items = new ArrayList<Value>(first.items());
    items.addAll(second.items());
    return ArrayValue.of(items);
  }

  /** One level: arrays among the items give way to their items. */
  private static Value flatten(Calling context, Value[] a) {
    var items = new ArrayList<Value>();
    for (Value item : (ArrayValue) a[0]) {
      if (item instanceof ArrayValue inner) {
        context.spend(1L + inner.size());
        items.addAll(inner.items());
      } else {
        context.spend(1);
        items.add(item);
      }
    }
    return ArrayValue.of(items);
  }

  private static Value reverse(Calling context, Value[] a) {
    var array = (ArrayValue) a[0];
    context.spend(array.size());
    return ArrayValue.of(array.items().reversed());
  }

  /** From a start to before a stop; both are moved to where the array is. */
  private static Value slice(Calling context, Value[] a) throws BuiltinFault {
    var array = (ArrayValue) a[0];
    long start = Wrong.integer(a[1], 2);
    int stop = Math.clamp(Wrong.integer(a[2], 3), 0, array.size());
    int from = Math.clamp(start, 0, stop);
    context.spend(stop - from);
    return ArrayValue.of(array.items().subList(from, stop));
  }
}
