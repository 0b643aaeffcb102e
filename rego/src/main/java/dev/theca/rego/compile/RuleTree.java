package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The virtual documents below {@code data}: packages, and the rules at the fixed part of their
 * paths.
 */
final class RuleTree {
  /** A document. */
  static final class Node {
    private final List<Value> path;
    private final Map<Value, Node> children = new LinkedHashMap<>();
    private final List<Definition> rules = new ArrayList<>();
    private boolean isPackage;

    private Node(List<Value> path) {
      this.path = path;
    }

    List<Value> path() {
      return path;
    }

    Map<Value, Node> children() {
      return children;
    }

    List<Definition> rules() {
      return rules;
    }

    boolean isPackage() {
      return isPackage;
    }

    /** Whether a rule here has variables in its path: then all below belongs to this document. */
    boolean dynamic() {
      return rules.stream().anyMatch(rule -> !rule.fixed());
    }

    void each(Consumer<Node> visitor) {
      visitor.accept(this);
      children.values().forEach(child -> child.each(visitor));
    }

    @Nullable Node child(Value key) {
      return children.get(key);
    }
  }

  private final Node root = new Node(List.of());
  private final Map<String, Node> byName = new HashMap<>();

  RuleTree(List<List<String>> packages, List<Definition> rules) {
    for (var name : packages) {
      Node node = root;
      for (String part : name) node = grow(node, Value.of(part));
      node.isPackage = true;
    }
    for (var rule : rules) at(rule).rules.add(rule);
    root.each(node -> byName.put(Names.path(node.path), node));
  }

  private Node at(Definition rule) {
    Node node = root;
    for (String part : rule.packageName()) node = grow(node, Value.of(part));
    for (Tree step : rule.ref()) {
      if (!(step instanceof Constant(var at, Value key))) break;
      node = grow(node, key);
    }
    return node;
  }

  private static Node grow(Node node, Value key) {
    return node.children.computeIfAbsent(
        key,
        _ -> {
          var path = new ArrayList<>(node.path);
          path.add(key);
          return new Node(path);
        });
  }

  Node root() {
    return root;
  }

  /** The document that {@code data.a.b} names. */
  @Nullable Node named(String dotted) {
    return byName.get(dotted);
  }

  /** Every rule that a path below {@code data} may need. */
  Set<Definition> reached(List<Tree> steps) {
    var found = new LinkedHashSet<Definition>();
    reach(root, steps, 0, found);
    return found;
  }

  private static void reach(Node node, List<Tree> steps, int from, Set<Definition> found) {
    if (from == steps.size()) {
      node.each(one -> found.addAll(one.rules));
      return;
    }
    if (steps.get(from) instanceof Constant(var at, Value key)) {
      Node child = node.child(key);
      if (child != null) reached(child, steps, from, found);
    } else for (Node child : node.children.values()) reached(child, steps, from, found);
  }

  private static void reached(Node child, List<Tree> steps, int from, Set<Definition> found) {
    found.addAll(child.rules);
    reach(child, steps, from + 1, found);
  }

  /** As {@code data.a.p[x]}. */
  static String shown(Definition rule) {
    var text = new StringBuilder("data");
    for (String part : rule.packageName()) Names.step(part, text);
    for (Tree step : rule.ref()) {
      switch (step) {
        case Constant(var at, TextValue(String part)) -> Names.step(part, text);
        case Constant(var at, Value key) -> text.append('[').append(key).append(']');
        case Tree.Name(var at, String name) ->
            text.append('[').append(Names.original(name)).append(']');
        default -> text.append("[...]");
      }
    }
    return text.toString();
  }
}
