package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Elements;
import dev.theca.rego.compile.Tree.Items;
import dev.theca.rego.compile.Tree.Members;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.compile.Tree.Template;
import dev.theca.rego.types.Declared;
import dev.theca.rego.types.Shape;
import dev.theca.rego.types.Shapes;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stage: what can never fit is refused: arguments, both sides of an equality, keys of documents.
 */
final class Types {
  private final Functions functions;
  private final DocumentShapes documents;
  private final Findings findings;
  private final Fitting fitting = new Fitting(this);

  /** What is known within comprehensions; asking again would double the work at each level. */
  private final Map<Tree, Shaped> closures;

  Types(Functions functions, DocumentShapes documents, Findings findings) {
    this(functions, documents, findings, new IdentityHashMap<>());
  }

  private Types(
      Functions functions,
      DocumentShapes documents,
      Findings findings,
      Map<Tree, Shaped> closures) {
    this.closures = closures;
    this.functions = functions;
    this.documents = documents;
    this.findings = findings;
  }

  /** The conditions in their order; those of queries keep {@code ==} as a function. */
  void body(Shaped shaped, List<Expr> body) {
    for (Expr expr : body) expr(shaped, expr);
  }

  private void expr(Shaped shaped, Expr expr) {
    boolean clean = true;
    for (Tree part : Variables.parts(expr)) clean &= part(shaped, part);
    if (expr.form() instanceof Expr.Every every) {
      var inner = new Shaped(shaped);
      Shape over = shape(shaped, every.collection());
      if (every.key() != null) Fitting.put(inner, every.key(), Shapes.keys(over));
      Fitting.put(inner, every.value(), Shapes.values(over));
      body(inner, every.body());
    }
    if (expr.form() instanceof Expr.Invoke call && clean) {
      if (expr.isEq() || call.is("equal") && call.arguments().size() == 2)
        equality(shaped, expr, call);
      else call(shaped, expr, call);
    }
  }

  /** Paths and closures within a term; false where one was refused. */
  private boolean part(Shaped shaped, Tree tree) {
    return switch (tree) {
      case Collect(var at, var kind, var key, var value, var body) -> {
        boolean before = findings.any();
        var inner = new Shaped(shaped);
        body(inner, body);
        closures.put(tree, inner);
        yield before || !findings.any();
      }
      case Path path -> {
        boolean clean = true;
        for (Tree step : path.steps()) clean &= part(shaped, step);
        yield clean && path(shaped, path);
      }
      default -> {
        boolean clean = true;
        for (Tree child : Variables.children(tree)) clean &= part(shaped, child);
        yield clean;
      }
    };
  }

  private void equality(Shaped shaped, Expr expr, Expr.Invoke call) {
    Tree a = call.arguments().getFirst();
    Tree b = call.arguments().getLast();
    if (!fitting.unify(shaped, a, b))
      findings.type(expr.at(), "match error", "compare what can be equal");
  }

  private void call(Shaped shaped, Expr expr, Expr.Invoke call) {
    var builtin = functions.builtins().get(call.name());
    var declared = builtin == null ? documents.function(call.name()) : Declared.of(builtin);
    if (declared == null) {
      if (isValue(call.function())) {
        findings.type(
            expr.at(), "undefined function " + call.name(), "read the rule without parentheses");
        return;
      }
      for (Tree argument : call.arguments()) fitting.fit(shaped, argument, Shape.ANY, false);
      return;
    }
    for (int i = 0; i < call.arguments().size(); i++) {
      Shape wanted = declared.at(i);
      if (fitting.fit(shaped, call.arguments().get(i), wanted, false)) continue;
      var have = new ArrayList<String>();
      for (Tree argument : call.arguments()) {
        Shape shape = shape(shaped, argument);
        have.add(shape == null ? "???" : shape.toString());
      }
      findings.add(
          dev.theca.rego.RegoCode.REGO_TYPE,
          expr.at(),
          call.name() + ": invalid argument(s)",
          declared.arguments() + "",
          "give it other arguments than " + have);
      return;
    }
  }

  /**
   * Whether a name of a function is one of a rule without arguments; as in Open Policy Agent, what
   * may be anything is let through.
   */
  private boolean isValue(Tree function) {
    return function instanceof Path(var at, Name(var there, String name), List<Tree> steps)
        && name.equals("data")
        && !documents.place(steps).shape().isAnything();
  }

  @Nullable Shape shape(Shaped shaped, Tree tree) {
    return switch (tree) {
      case Constant(var at, Value value) -> Shapes.of(value);
      case Name(var at, String name) -> {
        if (!Names.isRoot(name)) yield shaped.get(name);
        yield name.equals("data") ? documents.below(List.of()) : Shape.ANY;
      }
      case Path path -> selected(shaped, path);
      case Items(var at, List<Tree> items) ->
          new Shape.ArrayOf(
              Tree.<Tree, @Nullable Shape>all(items, one -> shape(shaped, one)),
              items.isEmpty() ? Shape.ANY : null);
      case Elements(var at, List<Tree> items) -> {
        Shape element = null;
        for (Tree item : items) element = Shapes.or(element, shape(shaped, item));
        yield new Shape.SetOf(items.isEmpty() ? Shape.ANY : element);
      }
      case Members(var at, List<Tree> entries) -> object(shaped, entries);
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> body) -> {
        var inner = closures.get(tree);
        if (inner == null) {
          inner = new Shaped(shaped);
          new Types(functions, documents, new Findings(), closures).body(inner, body);
          closures.put(tree, inner);
        }
        Shape made = shape(inner, value);
        yield switch (kind) {
          case ARRAY -> new Shape.ArrayOf(List.of(), made == null ? Shape.ANY : made);
          case SET -> new Shape.SetOf(made == null ? Shape.ANY : made);
          case OBJECT -> {
            Shape keys = key == null ? null : shape(inner, key);
            yield new Shape.ObjectOf(
                new TreeMap<>(), keys == null ? Shape.ANY : keys, made == null ? Shape.ANY : made);
          }
        };
      }
      case Apply _, Template _ -> null;
    };
  }

  private Shape object(Shaped shaped, List<Tree> entries) {
    var fixed = new TreeMap<Value, @Nullable Shape>();
    Shape key = null;
    Shape value = null;
    for (int i = 0; i < entries.size(); i += 2) {
      Shape member = shape(shaped, entries.get(i + 1));
      if (entries.get(i) instanceof Constant(var at, Value name)) fixed.put(name, member);
      else {
        key = Shapes.or(key, shape(shaped, entries.get(i)));
        value = Shapes.or(value, member);
      }
    }
    if (fixed.isEmpty() && key == null) key = value = Shape.ANY;
    return new Shape.ObjectOf(fixed, key, value);
  }

  private @Nullable Shape selected(Shaped shaped, Path path) {
    Shape shape;
    int from = 0;
    if (path.head() instanceof Name(var at, String name) && name.equals("data")) {
      var place = documents.place(path.steps());
      shape = place.shape();
      from = place.steps();
    } else shape = shape(shaped, path.head());
    for (int i = from; i < path.steps().size() && shape != null; i++)
      shape =
          path.steps().get(i) instanceof Constant(var at, Value key)
              ? Shapes.select(shape, key)
              : Shapes.values(shape);
    return shape;
  }

  /** Follows a path and refuses keys that cannot be there. */
  private boolean path(Shaped shaped, Path path) {
    Shape shape;
    int from = 0;
    if (path.head() instanceof Name(var at, String name) && name.equals("data")) {
      var place = documents.place(path.steps());
      shape = place.shape();
      from = place.steps();
      if (place.function()) return undefined(path);
    } else shape = shape(shaped, path.head());
    if (shape == null) shape = Shape.ANY;
    for (int i = from; i < path.steps().size(); i++) {
      Shape keys = Shapes.keys(shape);
      if (keys == null) return undefined(path);
      Tree step = path.steps().get(i);
      if (step instanceof Constant(var at, Value key)) {
        shape = Shapes.select(shape, key);
        if (shape == null) return undefined(path);
        continue;
      }
      if (!fitting.fit(shaped, step, keys, false)) return undefined(path);
      shape = Shapes.values(shape);
      if (shape == null) shape = Shape.ANY;
    }
    return true;
  }

  private boolean undefined(Path path) {
    findings.add(
        dev.theca.rego.RegoCode.REGO_TYPE,
        path.at(),
        "undefined ref: " + Texts.of(path),
        "a path that leads somewhere",
        "look at what the document holds");
    return false;
  }
}
