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
import java.util.Arrays;
import java.util.List;

/**
 * {@code walk}: every {@code [path, value]} of a value, the whole first, each before what is in it.
 * The pairs come as one array; the engine takes them one at a time.
 */
final class Walking {
  private static final Value[] START = {};

  private Walking() {}

  static List<Builtin> list() {
    return List.of(Builtin.of("walk", "any -> array", Walking::walk));
  }

  private static Value walk(Calling context, Value[] a) throws BuiltinFault {
    var pairs = new ArrayList<Value>();
    walk(context, START, a[0], pairs);
    return ArrayValue.of(pairs);
  }

  private static void walk(Calling context, Value[] path, Value value, List<Value> pairs)
      throws BuiltinFault {
    Nesting.check(path.length);
    context.spend(1L + path.length);
    pairs.add(ArrayValue.owning(ArrayValue.owning(path), value));
    switch (value) {
      case ArrayValue array -> {
        for (int i = 0; i < array.size(); i++)
          walk(context, longer(path, Value.of(i)), array.item(i), pairs);
      }
      case ObjectValue object -> {
        for (Value key : object.keys())
          walk(
              context, longer(path, key), java.util.Objects.requireNonNull(object.get(key)), pairs);
      }
      case SetValue set -> {
        for (Value element : set) walk(context, longer(path, element), element, pairs);
      }
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> {}
    }
  }

  private static Value[] longer(Value[] path, Value step) {
    Value[] longer = Arrays.copyOf(path, path.length + 1);
    longer[path.length] = step;
    return longer;
  }
}
