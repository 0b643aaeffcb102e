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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code json.filter} and {@code json.remove}: what lies at paths, and all but that. */
final class JsonPaths {
  private JsonPaths() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "json.filter", "object, set|array -> any", (c, a) -> keep(c, a[0], tree(c, a[1]), 0)),
        Builtin.of(
            "json.remove", "object, set|array -> any", (c, a) -> drop(c, a[0], tree(c, a[1]), 0)));
  }

  /** The paths as one tree, so that many paths cost one walk; at a leaf one of them ends. */
  private record Tree(boolean leaf, Map<Value, Tree> below) {
    static final Tree LEAF = new Tree(true, Map.of());
  }

  private static Tree tree(Calling context, Value paths) throws BuiltinFault {
    Iterable<Value> all = paths instanceof ArrayValue array ? array : (SetValue) paths;
    var root = new LinkedHashMap<Value, Tree>();
    for (Value path : all) {
      List<Value> steps = steps(context, path);
      if (steps.isEmpty()) continue;
      Nesting.check(steps.size());
      var at = new Tree(false, root);
      for (int i = 0; i < steps.size() - 1 && !at.leaf(); i++)
        at = at.below().computeIfAbsent(steps.get(i), _ -> new Tree(false, new HashMap<>()));
      if (!at.leaf()) at.below().put(steps.getLast(), Tree.LEAF);
    }
    return new Tree(false, root);
  }

  /** A path written with slashes, or given as an array of keys. */
  static List<Value> steps(Calling context, Value path) throws BuiltinFault {
    if (path instanceof ArrayValue array) {
      context.spend(array.size());
      return array.items();
    }
    if (!(path instanceof TextValue(String text)))
      throw BuiltinFault.operand(
          "operand 2 must be one of {set, array} containing string paths or array of path segments"
              + " but got "
              + path.kind().word());
    context.spend(text.length());
    if (text.isEmpty()) return List.of();
    int from = 0;
    while (from < text.length() && text.charAt(from) == '/') from++;
    var steps = new ArrayList<Value>();
    for (String step : text.substring(from).split("/", -1))
      steps.add(Value.of(step.replace("~1", "/").replace("~0", "~")));
    return steps;
  }

  private static Value keep(Calling context, Value value, Tree tree, int depth)
      throws BuiltinFault {
    Nesting.check(depth);
    if (tree.leaf()) return value;
    switch (value) {
      case ObjectValue object -> {
        var kept = new HashMap<Value, Value>();
        for (var branch : tree.below().entrySet()) {
          context.spend(1);
          Value member = object.get(branch.getKey());
          if (member != null)
            kept.put(branch.getKey(), keep(context, member, branch.getValue(), depth + 1));
        }
        return ObjectValue.owning(kept);
      }
      case ArrayValue array -> {
        context.spend(array.size());
        var kept = new ArrayList<Value>();
        for (int i = 0; i < array.size(); i++) {
          Tree branch = tree.below().get(index(i));
          if (branch != null) kept.add(keep(context, array.item(i), branch, depth + 1));
        }
        return ArrayValue.of(kept);
      }
      case SetValue set -> {
        context.spend(set.size());
        var kept = new HashSet<Value>();
        for (Value element : set.unordered()) {
          Tree branch = tree.below().get(element);
          if (branch != null) kept.add(keep(context, element, branch, depth + 1));
        }
        return SetValue.owning(kept);
      }
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> {
        return value;
      }
    }
  }

  private static Value drop(Calling context, Value value, Tree tree, int depth)
      throws BuiltinFault {
    Nesting.check(depth);
    switch (value) {
      case ObjectValue object -> {
        context.spend(object.size());
        var kept = new HashMap<Value, Value>(object.members());
        for (var branch : tree.below().entrySet()) {
          Value member = object.get(branch.getKey());
          if (member == null) continue;
          if (branch.getValue().leaf()) kept.remove(branch.getKey());
          else kept.put(branch.getKey(), drop(context, member, branch.getValue(), depth + 1));
        }
        return ObjectValue.owning(kept);
      }
      case ArrayValue array -> {
        context.spend(array.size());
        var kept = new ArrayList<Value>();
        for (int i = 0; i < array.size(); i++) {
          Tree branch = tree.below().get(index(i));
          if (branch == null) kept.add(array.item(i));
          else if (!branch.leaf()) kept.add(drop(context, array.item(i), branch, depth + 1));
        }
        return ArrayValue.of(kept);
      }
      case SetValue set -> {
        context.spend(set.size());
        var kept = new HashSet<Value>();
        for (Value element : set.unordered()) {
          Tree branch = tree.below().get(element);
          if (branch == null) kept.add(element);
          else if (!branch.leaf()) kept.add(drop(context, element, branch, depth + 1));
        }
        return SetValue.owning(kept);
      }
      case NullValue _, BoolValue _, NumberValue _, TextValue _ -> {
        return value;
      }
    }
  }

  /** Items are named by the text of their index, also in a path that is an array. */
  private static Value index(int i) {
    return Value.of(Integer.toString(i));
  }
}
