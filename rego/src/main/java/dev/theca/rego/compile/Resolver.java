package dev.theca.rego.compile;

import dev.theca.rego.ast.Module;
import dev.theca.rego.compile.Definition.Branch;
import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.value.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stage: what a module imports, and the rules of its package, are called by their full paths. */
final class Resolver {
  private final Map<String, List<String>> globals = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private final Deque<Set<String>> local = new ArrayDeque<>();
  private final Findings findings;

  /**
   * @param names the first names of all rules of the package, in this module and others
   */
  Resolver(Module module, Set<String> names, Findings findings) {
    this.findings = findings;
    for (String name : names) {
      var path = new ArrayList<String>();
      path.add("data");
      path.addAll(module.name());
      path.add(name);
      globals.put(name, path);
    }
    for (var one : module.imports())
      if (!one.path().getFirst().equals("rego")) globals.put(one.name(), one.path());
  }

  /** For a query: its package and imports. */
  Resolver(Map<String, List<String>> globals, Findings findings) {
    this.findings = findings;
    this.globals.putAll(globals);
  }

  Set<String> used() {
    return used;
  }

  Definition definition(Definition rule) {
    var arguments = rule.arguments();
    var shadowed = new HashSet<String>();
    if (arguments != null) {
      for (String name : patternNames(arguments)) {
        if (Names.isRoot(name))
          findings.compile(
              rule.at(),
              "args must not shadow " + name + " (use a different variable name)",
              "name the argument differently");
        shadowed.add(name);
      }
    }
    local.push(shadowed);
    var first = rule.branches().getFirst();
    local.push(declared(first.body()));
    var ref = Tree.all(rule.ref(), this::tree);
    Tree key = rule.key() == null ? null : tree(rule.key());
    local.pop();
    var branches = new ArrayList<Branch>();
    for (var branch : rule.branches()) {
      local.push(declared(branch.body()));
      Tree value = branch.value() == null ? null : tree(branch.value());
      branches.add(new Branch(branch.at(), value, bodyHere(branch.body())));
      local.pop();
    }
    local.pop();
    return rule.with(ref, arguments, key, branches);
  }

  private static Set<String> patternNames(List<Tree> arguments) {
    return Variables.of(
        arguments, Variables.Skip.CLOSURES, Variables.Skip.KEYS, Variables.Skip.SETS);
  }

  List<Expr> body(List<Expr> body) {
    local.push(declared(body));
    var done = bodyHere(body);
    local.pop();
    return done;
  }

  private List<Expr> bodyHere(List<Expr> body) {
    return Tree.all(body, this::expr);
  }

  private Expr expr(Expr expr) {
    Expr.Form form =
        switch (expr.form()) {
          case Expr.Single(Tree term) -> new Expr.Single(tree(term));
          case Expr.Invoke(var at, Tree function, List<Tree> arguments) ->
              new Expr.Invoke(at, tree(function), Tree.all(arguments, this::tree));
          case Expr.Some some -> some;
          case Expr.SomeIn(var key, Tree value, Tree collection) ->
              new Expr.SomeIn(key == null ? null : tree(key), tree(value), tree(collection));
          case Expr.Every(var key, String value, Tree collection, List<Expr> body) -> {
            var names = new HashSet<String>();
            if (key != null) names.add(key);
            names.add(value);
            local.push(names);
            var every = new Expr.Every(key, value, tree(collection), bodyHere(body));
            local.pop();
            yield every;
          }
        };
    var withs =
        Tree.all(expr.withs(), w -> new Expr.With(w.at(), tree(w.target()), tree(w.value())));
    return expr.with(form).withs(withs);
  }

  private boolean isLocal(String name) {
    for (var scope : local) if (scope.contains(name)) return true;
    return false;
  }

  private Tree tree(Tree tree) {
    return switch (tree) {
      case Name(var at, String name) when globals.containsKey(name) && !isLocal(name) ->
          path(at, name);
      case Path(var at, Tree head, List<Tree> steps) -> {
        var known = Tree.all(steps, this::tree);
        yield joined(at, tree(head), known);
      }
      case Collect it -> {
        local.push(declared(it.body()));
        var done = it.map(this::tree, this::bodyHere);
        local.pop();
        yield done;
      }
      case Apply it -> it.map(this::tree, this::bodyHere);
      default -> tree.map(this::tree, this::bodyHere);
    };
  }

  private Tree path(dev.theca.rego.Location at, String name) {
    used.add(name);
    var path = globals.getOrDefault(name, List.of());
    Tree root = new Name(at, path.getFirst());
    if (path.size() == 1) return root;
    return new Path(
        at, root, Tree.all(path.subList(1, path.size()), part -> new Constant(at, Value.of(part))));
  }

  private static Tree joined(dev.theca.rego.Location at, Tree head, List<Tree> steps) {
    if (!(head instanceof Path(var place, Tree root, List<Tree> first)))
      return new Path(at, head, steps);
    var all = new ArrayList<>(first);
    all.addAll(steps);
    return new Path(at, root, all);
  }

  /** Names that {@code :=} and {@code some} declare anywhere in a body, closures left out. */
  static Set<String> declared(List<Expr> body) {
    var names = new HashSet<String>();
    for (Expr expr : body) {
      switch (expr.form()) {
        case Expr.Invoke call -> {
          if (call.is("assign") && call.arguments().size() == 2)
            names.addAll(Variables.of(call.arguments().getFirst()));
        }
        case Expr.Some some -> names.addAll(some.names());
        case Expr.SomeIn(var key, Tree value, Tree collection) -> {
          if (key != null) names.addAll(Variables.of(key));
          names.addAll(Variables.of(value));
        }
        case Expr.Every every -> names.addAll(declared(every.body()));
        case Expr.Single _ -> {}
      }
    }
    return names;
  }
}
