package dev.theca.rego.run;

import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An object that several rules grow, at any depth. */
final class Growing {
  private sealed interface Node {}

  private record Leaf(Value value) implements Node {}

  private record Elements(Set<Value> elements) implements Node {}

  private record Branch(Map<Value, Node> members) implements Node {}

  private final Branch root = new Branch(new HashMap<>());

  /** Adds a value at a path, or an element to the set there; false where another value stands. */
  boolean put(Frame frame, List<Operand> path, Value value, boolean element) {
    Branch node = root;
    for (int i = 0; i + 1 < path.size(); i++) {
      var next =
          node.members.computeIfAbsent(path.get(i).get(frame), _ -> new Branch(new HashMap<>()));
      if (!(next instanceof Branch branch)) return false;
      node = branch;
    }
    Value key = path.getLast().get(frame);
    if (element) {
      var set = node.members.computeIfAbsent(key, _ -> new Elements(new HashSet<>()));
      if (!(set instanceof Elements(Set<Value> elements))) return false;
      elements.add(value);
      return true;
    }
    var before = node.members.putIfAbsent(key, new Leaf(value));
    return before == null || before instanceof Leaf(Value same) && same.equals(value);
  }

  Value value() {
    return value(root);
  }

  private static Value value(Node node) {
    return switch (node) {
      case Leaf(Value value) -> value;
      case Elements(Set<Value> elements) -> SetValue.owning(elements);
      case Branch(Map<Value, Node> members) -> {
        var made = HashMap.<Value, Value>newHashMap(members.size());
        members.forEach((key, member) -> made.put(key, value(member)));
        yield ObjectValue.owning(made);
      }
    };
  }
}
