package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Operations: names, kinds, and the one field of a subscription (specification, 5.2). */
final class OperationRules implements Rule {
  private final Set<String> names = new HashSet<>();

  @Override
  public void operation(Walk walk, Node operation) throws BuiltinFault {
    String kind = operation.text("Operation");
    String name = operation.name();
    if (walk.schema.root(kind) == null)
      walk.findings.add(operation, "Schema does not support operation type \"" + kind + "\"");
    if (name.isEmpty() && walk.document.nodes("Operations").size() > 1)
      walk.findings.add(operation, "This anonymous operation must be the only defined operation.");
    if (kind.equals("subscription") && walk.schema.root(kind) != null) single(walk, operation);
    if (!names.add(name))
      walk.findings.add(operation, "There can be only one operation named \"" + name + "\".");
  }

  private static void single(Walk walk, Node operation) {
    String name = operation.name();
    String who = name.isEmpty() ? "Anonymous Subscription" : "Subscription " + Value.of(name);
    var fields = new ArrayList<>(top(walk, operation));
    if (fields.size() > 1)
      walk.findings.add(fields.get(1), who + " must select only one top level field.");
    for (Node field : fields)
      if (field.name().startsWith("__"))
        walk.findings.add(field, who + " must not select an introspection top level field.");
  }

  /** The first field of each name, in the order of the text. */
  private static List<Node> top(Walk walk, Node operation) {
    var fields = new LinkedHashMap<String, Node>();
    var spread = new HashSet<String>();
    var open = new ArrayDeque<>(operation.nodes("SelectionSet"));
    while (!open.isEmpty()) {
      Node one = open.pop();
      walk.context.spend(1);
      if (one.shape == Shape.FIELD) {
        fields.putIfAbsent(one.name(), one);
        continue;
      }
      Node holder = one.shape == Shape.SPREAD ? one.definition : one;
      if (holder == null || one.shape == Shape.SPREAD && !spread.add(holder.name())) continue;
      for (Node inner : holder.nodes("SelectionSet").reversed()) open.push(inner);
    }
    return List.copyOf(fields.values());
  }
}
