package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.types.Declared;
import dev.theca.rego.types.Shape;
import dev.theca.rego.types.Shapes;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What rules make, as far as it is known; found rule by rule, what they need first. */
final class DocumentShapes {
  private final RuleTree tree;
  private final Map<List<Value>, Shape> documents = new HashMap<>();
  private final Map<String, Declared> functions = new HashMap<>();

  DocumentShapes(RuleTree tree) {
    this.tree = tree;
  }

  /**
   * Where a path leads among rules.
   *
   * @param steps how many steps were taken
   */
  record Place(Shape shape, int steps, boolean function) {}

  /** The shapes of a function of rules, null where nothing is known. */
  @Nullable Declared function(String name) {
    return functions.get(name);
  }

  /** Everything below a place: base documents may add anything. */
  Shape below(List<Value> path) {
    RuleTree.Node node = tree.root();
    for (Value key : path) {
      var child = node.child(key);
      if (child == null) return Shape.ANY;
      node = child;
    }
    return extent(node);
  }

  private Shape extent(RuleTree.Node node) {
    if (!node.rules().isEmpty() || node.dynamic())
      return documents.getOrDefault(node.path(), Shape.ANY);
    var fixed = new TreeMap<Value, @Nullable Shape>();
    node.children()
        .forEach(
            (key, child) -> {
              boolean function = child.rules().stream().anyMatch(Definition::isFunction);
              if (!function) fixed.put(key, extent(child));
            });
    return new Shape.ObjectOf(fixed, Shape.STRING, Shape.ANY);
  }

  /** The document that a path reaches, or, where it leaves the rules, anything. */
  Place place(List<Tree> steps) {
    RuleTree.Node node = tree.root();
    int taken = 0;
    while (taken < steps.size()) {
      if (!node.rules().isEmpty()) break;
      if (!(steps.get(taken) instanceof Constant(var at, Value key))) break;
      var child = node.child(key);
      if (child == null) return new Place(Shape.ANY, steps.size(), false);
      node = child;
      taken++;
    }
    boolean function = node.rules().stream().anyMatch(Definition::isFunction);
    // open steps among packages may lead to base documents too
    if (node.rules().isEmpty() && taken < steps.size()) return new Place(Shape.ANY, taken, false);
    return new Place(extent(node), taken, function);
  }

  /** Notes what a rule makes, given what its body says of its variables. */
  void add(Definition rule, Types types, List<Shaped> branches) {
    var path = path(rule);
    if (rule.isFunction()) {
      function(rule, types, branches, path);
      return;
    }
    Shape made = null;
    for (int i = 0; i < branches.size(); i++) {
      Tree value = rule.branches().get(i).value();
      Tree given = value == null ? rule.key() : value;
      Shape one = given == null ? null : types.shape(branches.get(i), given);
      Shape known = closed(one);
      made = Shapes.merge(made, rule.multiValue() ? new Shape.SetOf(known) : known);
    }
    if (made == null) made = Shape.ANY;
    int suffix = rule.packageName().size() + rule.ref().size() - path.size();
    for (int i = rule.ref().size() - 1; suffix > 0; suffix--, i--) {
      Shape key = types.shape(branches.getFirst(), rule.ref().get(i));
      made = new Shape.ObjectOf(new TreeMap<>(), closed(key), made);
    }
    Shape before = documents.get(path);
    Shape merged = Shapes.merge(before, made);
    documents.put(path, merged == null ? Shape.ANY : Shapes.bounded(merged));
  }

  private static Shape closed(@Nullable Shape shape) {
    return Shapes.closed(shape == null ? null : Shapes.bounded(shape));
  }

  private void function(Definition rule, Types types, List<Shaped> branches, List<Value> path) {
    String name = Names.path(path);
    var arguments = new ArrayList<Shape>();
    for (int i = 0; i < rule.arity(); i++) arguments.add(Shape.ANY);
    Shape made = null;
    for (int i = 0; i < branches.size(); i++) {
      Tree value = rule.branches().get(i).value();
      Shape one = value == null ? null : types.shape(branches.get(i), value);
      made = Shapes.or(made, closed(one));
    }
    var before = functions.get(name);
    Shape result = before == null ? made : Shapes.or(before.result(), made);
    functions.put(
        name, new Declared(arguments, result == null ? Shape.ANY : Shapes.bounded(result)));
  }

  /**
   * The path of its document: a rule with fixed steps below one with open steps belongs to that.
   */
  private List<Value> path(Definition rule) {
    RuleTree.Node node = tree.root();
    var keys = new ArrayList<Value>();
    rule.packageName().forEach(part -> keys.add(Value.of(part)));
    for (Tree step : rule.ref()) {
      if (!(step instanceof Constant(var at, Value key))) break;
      keys.add(key);
    }
    for (Value key : keys) {
      var child = node.child(key);
      if (child == null || node.dynamic()) break;
      node = child;
    }
    return node.path();
  }
}
