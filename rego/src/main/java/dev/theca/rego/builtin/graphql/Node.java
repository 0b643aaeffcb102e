package dev.theca.rego.builtin.graphql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a document. Its members are those of its shape; one that was never set is empty, false,
 * zero or absent. What a walk finds out about it is kept beside them.
 */
final class Node {
  final Shape shape;

  /** Where it stands; {@link Place#NONE} in a tree that a policy made. */
  final Place at;

  private final Map<String, Object> members = new HashMap<>();
  private final Map<String, List<Node>> nodes = new HashMap<>();
  private final Map<String, List<String>> texts = new HashMap<>();
  private final Map<String, Map<String, Node>> named = new HashMap<>();

  /** What defines it: a field, directive, fragment, or the type that a value should be of. */
  @Nullable Node definition;

  /** The type that a selection stands in. */
  @Nullable Node parent;

  /** The type that a value should have. */
  @Nullable Node expected;

  /** Whether what expects a value would do without it. */
  boolean optional;

  /** The variable that a value names. */
  @Nullable Node variable;

  /** Of a variable: whether anything names it. */
  boolean used;

  Node(Shape shape, Place at) {
    this.shape = shape;
    this.at = at;
  }

  Node with(String member, @Nullable Object value) {
    named.remove(member);
    if (value instanceof List<?> list) keep(member, list);
    else if (value != null) members.put(member, value);
    return this;
  }

  /** A list has nodes or texts. */
  private void keep(String member, List<?> list) {
    var inner = new ArrayList<Node>();
    var words = new ArrayList<String>();
    for (Object one : list)
      if (one instanceof Node node) inner.add(node);
      else if (one instanceof String text) words.add(text);
    nodes.put(member, Collections.unmodifiableList(inner));
    texts.put(member, Collections.unmodifiableList(words));
  }

  boolean has(String member) {
    return members.containsKey(member);
  }

  String text(String member) {
    return members.get(member) instanceof String text ? text : "";
  }

  String name() {
    return text("Name");
  }

  boolean flag(String member) {
    return members.get(member) instanceof Boolean flag && flag;
  }

  int number(String member) {
    return members.get(member) instanceof Integer number ? number : 0;
  }

  @Nullable Node node(String member) {
    return members.get(member) instanceof Node node ? node : null;
  }

  /** A node that is always there. */
  Node must(String member) {
    Node node = node(member);
    if (node == null) throw new IllegalStateException(shape + " without " + member);
    return node;
  }

  List<Node> nodes(String member) {
    return nodes.getOrDefault(member, List.of());
  }

  List<String> texts(String member) {
    return texts.getOrDefault(member, List.of());
  }

  /** Adds what another node of the shape has in lists. */
  void extend(Node other) {
    for (var member : shape.members()) {
      var all = new ArrayList<Object>(nodes(member.name()));
      all.addAll(texts(member.name()));
      all.addAll(other.nodes(member.name()));
      all.addAll(other.texts(member.name()));
      if (!all.isEmpty()) with(member.name(), all);
    }
  }

  /** The first of a list that has this name. */
  @Nullable Node find(String member, String name) {
    return find(member, "Name", name);
  }

  @Nullable Node find(String member, String by, String name) {
    return named
        .computeIfAbsent(
            member,
            _ -> {
              var index = new LinkedHashMap<String, Node>();
              for (Node node : nodes(member)) index.putIfAbsent(node.text(by), node);
              return index;
            })
        .get(name);
  }
}
