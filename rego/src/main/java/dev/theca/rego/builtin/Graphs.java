package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;

/** {@code graph.*}: an object that gives the neighbours of every node, in arrays or sets. */
final class Graphs {
  private Graphs() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("graph.reachable", "object, array|set -> set", Graphs::reachable)
            .naming(2, "{array, set}"),
        Builtin.of("graph.reachable_paths", "object, array|set -> set", Graphs::paths)
            .naming(2, "{array, set}"));
  }

  /** The nodes that can be reached; a neighbour that is no key of the graph is no node. */
  private static Value reachable(Calling context, Value[] a) {
    var graph = (ObjectValue) a[0];
    var reached = new HashSet<Value>();
    var queue = new ArrayDeque<Value>(neighbours(a[1]));
    context.spend(queue.size());
    while (!queue.isEmpty()) {
      Value node = queue.remove();
      Value edges = graph.get(node);
      if (edges == null || !reached.add(node)) continue;
      List<Value> next = neighbours(edges);
      context.spend(1L + next.size());
      for (Value neighbour : next) if (!reached.contains(neighbour)) queue.add(neighbour);
    }
    return SetValue.owning(reached);
  }

  /** A node on the way, and which of its neighbours come next. */
  private record Step(Value node, Iterator<Value> next) {}

  /**
   * Every way as far as it goes: to a node without neighbours, to before a node that is none, or to
   * before the first node that was on the way already. A stack of its own: ways are long.
   */
  private static Value paths(Calling context, Value[] a) {
    var graph = (ObjectValue) a[0];
    var found = new HashSet<Value>();
    for (Value start : neighbours(a[1])) {
      context.spend(1);
      if (graph.get(start) != null) from(context, graph, start, found);
    }
    return SetValue.owning(found);
  }

  private static void from(Calling context, ObjectValue graph, Value start, HashSet<Value> found) {
    var way = new ArrayList<Step>();
    var onWay = new HashSet<Value>();
    enter(context, graph, start, way, onWay, found);
    while (!way.isEmpty()) {
      Step last = way.getLast();
      if (!last.next().hasNext()) {
        onWay.remove(last.node());
        way.removeLast();
        continue;
      }
      Value neighbour = last.next().next();
      if (onWay.contains(neighbour)) found.add(path(context, way));
      else enter(context, graph, neighbour, way, onWay, found);
    }
  }

  private static void enter(
      Calling context,
      ObjectValue graph,
      Value node,
      List<Step> way,
      HashSet<Value> onWay,
      HashSet<Value> found) {
    Value edges = graph.get(node);
    if (edges == null) {
      found.add(path(context, way));
      return;
    }
    List<Value> next = neighbours(edges);
    context.spend(1L + next.size());
    way.add(new Step(node, next.iterator()));
    onWay.add(node);
    if (next.isEmpty()) found.add(path(context, way));
  }

  private static Value path(Calling context, List<Step> way) {
    context.spend(1L + way.size());
    return ArrayValue.of(way.stream().map(Step::node).toList());
  }

  /** Of anything but an array or a set: none. */
  private static List<Value> neighbours(Value edges) {
    return switch (edges) {
      case ArrayValue array -> array.items();
      case SetValue set -> set.elements();
      case NullValue _, BoolValue _, NumberValue _, TextValue _, ObjectValue _ -> List.of();
    };
  }
}
