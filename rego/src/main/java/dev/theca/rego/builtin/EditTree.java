package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value that is being changed: a collection is copied when it is first entered, and only then, so
 * that many changes of one document do not copy it many times.
 */
final class EditTree {
  private final Calling context;
  private @Nullable Object root;

  EditTree(Calling context, Value value) {
    this.context = context;
    this.root = value;
  }

  /** An array that has been entered; its items are values or entered collections. */
  private record Items(List<Object> list) {}

  private record Members(Map<Value, Object> map) {}

  /** Elements are values: an element that changes is another element. */
  private record Elements(Set<Value> set) {}

  /** What is done to a collection with the last step of a path. */
  private interface Change {
    void apply(Object collection, Value step) throws BuiltinFault;
  }

  /** The document, null where it was removed. */
  @Nullable Value value() {
    return root == null ? null : frozen(root);
  }

  /** What a path leads to. */
  Value at(List<Value> path) throws BuiltinFault {
    Object at = present(root);
    for (Value step : path) at = child(at, step);
    return frozen(at);
  }

  void insert(List<Value> path, Value value) throws BuiltinFault {
    if (path.isEmpty()) root = value;
    else change(path, (collection, step) -> insert(collection, step, value));
  }

  void delete(List<Value> path) throws BuiltinFault {
    if (path.isEmpty()) {
      present(root);
      root = null;
    } else {
      change(path, this::delete);
    }
  }

  private void change(List<Value> path, Change change) throws BuiltinFault {
    Nesting.check(path.size());
    root = changed(entered(present(root)), path, 0, change);
  }

  private Object changed(Object at, List<Value> path, int depth, Change change)
      throws BuiltinFault {
    Value step = path.get(depth);
    if (depth == path.size() - 1) {
      change.apply(at, step);
      return at;
    }
    Object child = changed(entered(child(at, step)), path, depth + 1, change);
    switch (at) {
      case Members(var map) -> map.put(step, child);
      case Items(var list) -> list.set(index(step, list.size()), child);
      case Elements(var set) -> {
        set.remove(step);
        set.add(frozen(child));
      }
      default -> throw missing();
    }
    return at;
  }

  private static Object child(Object at, Value step) throws BuiltinFault {
    return present(
        switch (at) {
          case Members(var map) -> map.get(step);
          case ObjectValue object -> object.get(step);
          case Elements(var set) -> set.contains(step) ? step : null;
          case SetValue set -> set.contains(step) ? step : null;
          case Items(var list) -> {
            int index = index(step, list.size());
            yield index < list.size() ? list.get(index) : null;
          }
          case ArrayValue array -> {
            int index = index(step, array.size());
            yield index < array.size() ? array.item(index) : null;
          }
          default -> null;
        });
  }

  private void insert(Object collection, Value step, Value value) throws BuiltinFault {
    switch (collection) {
      case Members(var map) -> map.put(step, value);
      case Items(var list) -> {
        int index = index(step, list.size());
        context.spend(1L + list.size() / 64);
        list.add(index, value);
      }
      case Elements(var set) -> {
        if (!step.equals(value)) throw new BuiltinFault("set key does not equal value");
        set.add(value);
      }
      default -> throw missing();
    }
  }

  private void delete(Object collection, Value step) throws BuiltinFault {
    present(
        switch (collection) {
          case Members(var map) -> map.remove(step);
          case Elements(var set) -> set.remove(step) ? step : null;
          case Items(var list) -> {
            int index = index(step, list.size());
            context.spend(list.size() / 64);
            yield index < list.size() ? list.remove(index) : null;
          }
          default -> null;
        });
  }

  /** An index from 0 to the size, as a number, as its text without zeros before it, or the end. */
  private static int index(Value step, int size) throws BuiltinFault {
    long index = -1;
    if (step instanceof NumberValue number && number.isLong()) index = number.longValue();
    if (step instanceof TextValue(String text)) {
      if (text.equals("-")) return size;
      if (text.equals("0") || !text.startsWith("0")) index = parsed(text);
    }
    if (index < 0 || index > size) throw missing();
    return (int) index;
  }

  private static long parsed(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Object present(@Nullable Object at) throws BuiltinFault {
    if (at == null) throw missing();
    return at;
  }

  private static BuiltinFault missing() {
    return new BuiltinFault("path does not exist");
  }

  /** The same collection, open for changes; anything else as it is. */
  private Object entered(Object at) {
    return switch (at) {
      case ObjectValue object -> {
        context.spend(object.size());
        yield new Members(new HashMap<>(object.members()));
      }
      case ArrayValue array -> {
        context.spend(array.size());
        yield new Items(new ArrayList<>(array.items()));
      }
      case SetValue set -> {
        context.spend(set.size());
        yield new Elements(new HashSet<>(set.unordered()));
      }
      default -> at;
    };
  }

  private Value frozen(Object at) {
    return switch (at) {
      case Items(var list) -> {
        context.spend(list.size());
        yield ArrayValue.of(list.stream().map(this::frozen).toList());
      }
      case Members(var map) -> {
        context.spend(map.size());
        var members = HashMap.<Value, Value>newHashMap(map.size());
        map.forEach((key, member) -> members.put(key, frozen(member)));
        yield ObjectValue.owning(members);
      }
      case Elements(var set) -> {
        context.spend(set.size());
        yield SetValue.of(set);
      }
      default -> (Value) at;
    };
  }
}
