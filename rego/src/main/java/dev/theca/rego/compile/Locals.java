package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.compile.Definition.Branch;
import dev.theca.rego.compile.Scopes.Seen;
import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Items;
import dev.theca.rego.compile.Tree.Members;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.compile.Tree.Template;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Stage: every declared variable gets a name of its own, {@code :=} becomes {@code =}, {@code some}
 * goes. Refuses what is declared twice, used above its declaration, or declared and not used.
 */
final class Locals {
  private final Names names;
  private final Findings findings;
  private final boolean strict;

  Locals(Names names, Findings findings, boolean strict) {
    this.names = names;
    this.findings = findings;
    this.strict = strict;
  }

  Definition definition(Definition rule) {
    var outer = new Scopes();
    var arguments = rule.arguments();
    if (arguments != null) arguments = Tree.all(arguments, one -> argument(outer, one));
    var branches = new ArrayList<Branch>();
    List<Tree> ref = rule.ref();
    Tree key = rule.key();
    var unused = new TreeSet<>(outer.top().renamed.keySet());
    for (var branch : rule.branches()) {
      boolean first = branches.isEmpty();
      var stack = outer.copy();
      Tree value = branch.value() == null ? null : nested(branch.value());
      var used = new HashSet<String>();
      if (value != null) used.addAll(Variables.of(value));
      if (first) {
        ref = Tree.all(ref, this::nested);
        key = key == null ? null : nested(key);
        used.addAll(Variables.of(ref));
        if (key != null) used.addAll(Variables.of(key));
      }
      var body = body(stack, used, branch.body());
      var renamed = stack.top().renamed;
      if (first) {
        ref = Tree.all(ref, one -> renamed(one, renamed));
        key = key == null ? null : renamed(key, renamed);
      }
      unused.removeIf(name -> used.contains(name) || stack.counted(name) > 1);
      branches.add(new Branch(branch.at(), value == null ? null : renamed(value, renamed), body));
    }
    if (strict) {
      for (String name : unused)
        if (!Names.isWildcard(name))
          findings.compile(
              rule.at(),
              "unused argument " + name + ". (hint: use _ (wildcard variable) instead)",
              "use it or write _");
    }
    return rule.with(ref, arguments, key, branches);
  }

  private Tree argument(Scopes scopes, Tree tree) {
    return switch (tree) {
      case Name(var at, String name) -> {
        String known = scopes.renamed(name);
        if (known != null) scopes.count(name);
        else {
          known = names.declared(name);
          scopes.insert(name, known, Seen.ARGUMENT);
        }
        yield new Name(at, known);
      }
      case Members(var at, List<Tree> entries) -> {
        var parts = new ArrayList<>(entries);
        for (int i = 1; i < parts.size(); i += 2) parts.set(i, argument(scopes, parts.get(i)));
        yield new Members(at, parts);
      }
      case Items it -> it.map(one -> argument(scopes, one), body -> body);
      case Path(var at, Tree head, List<Tree> steps) ->
          head instanceof Name(var there, String name) && Names.isRoot(name)
              ? new Path(at, head, Tree.all(steps, one -> argument(scopes, one)))
              : tree.map(one -> argument(scopes, one), body -> body);
      case Apply it -> {
        findings.compile(
            it.at(), "rule arguments cannot contain calls", "call the function in the body");
        yield it;
      }
      default -> tree;
    };
  }

  /** Closures of a head have scopes of their own, as they are read before the body. */
  private Tree nested(Tree tree) {
    if (tree instanceof Collect || tree instanceof Template) return term(new Scopes(), tree);
    return tree.map(this::nested, body -> body);
  }

  private static Tree renamed(Tree tree, Map<String, String> names) {
    if (tree instanceof Name(var at, String name))
      return new Name(at, names.getOrDefault(name, name));
    return tree.map(
        one -> renamed(one, names), body -> Tree.all(body, expr -> renamed(expr, names)));
  }

  private static Expr renamed(Expr expr, Map<String, String> names) {
    return Exprs.map(expr, one -> renamed(one, names), body -> body(body, names));
  }

  private static List<Expr> body(List<Expr> body, Map<String, String> names) {
    return Tree.all(body, expr -> renamed(expr, names));
  }

  /** A body; {@code used} are the names that its head needs. */
  List<Expr> body(Scopes scopes, Set<String> used, List<Expr> body) {
    var done = new ArrayList<Expr>();
    boolean before = findings.any();
    for (Expr expr : body) {
      var one = expr(scopes, expr);
      if (one != null) done.add(one);
    }
    if (!findings.any() || before) unused(scopes, used, body, done);
    return done;
  }

  private void unused(Scopes scopes, Set<String> used, List<Expr> body, List<Expr> done) {
    var top = scopes.top();
    var there = Variables.ofBody(done);
    for (String name : used) {
      String renamed = scopes.renamed(name);
      there.add(renamed == null ? name : renamed);
    }
    for (var entry : new java.util.TreeMap<>(top.seen).entrySet()) {
      String name = entry.getKey();
      String renamed = top.renamed.getOrDefault(name, name);
      if (Names.isWildcard(name) || Names.isGenerated(name)) continue;
      if (entry.getValue() == Seen.DECLARED && !there.contains(renamed))
        findings.compile(
            place(body, name), "declared var " + name + " unused", "use it or leave it out");
      if (strict
          && entry.getValue() == Seen.ASSIGNED
          && scopes.counted(name) <= 1
          && !used.contains(name))
        findings.compile(
            place(body, name), "assigned var " + name + " unused", "use it or leave it out");
    }
  }

  private static Location place(List<Expr> body, String name) {
    for (Expr expr : body) if (Resolver.declared(List.of(expr)).contains(name)) return expr.at();
    return body.getFirst().at();
  }

  private @Nullable Expr expr(Scopes scopes, Expr expr) {
    return switch (expr.form()) {
      case Expr.Invoke call when call.is("assign") && call.arguments().size() == 2 ->
          assignment(scopes, expr, call);
      case Expr.Some some -> {
        for (String name : some.names()) declare(scopes, name, Seen.DECLARED, expr.at());
        yield null;
      }
      case Expr.SomeIn some -> someIn(scopes, expr, some);
      case Expr.Every every -> every(scopes, expr, every);
      case Expr.Single _, Expr.Invoke _ -> walked(scopes, expr);
    };
  }

  private Expr walked(Scopes scopes, Expr expr) {
    Expr.Form form =
        switch (expr.form()) {
          case Expr.Single(Tree term) -> new Expr.Single(term(scopes, term));
          case Expr.Invoke(var at, Tree function, List<Tree> arguments) ->
              new Expr.Invoke(
                  at, called(scopes, function), Tree.all(arguments, one -> term(scopes, one)));
          case Expr.Some _, Expr.SomeIn _, Expr.Every _ -> expr.form();
        };
    return expr.with(form).withs(withs(scopes, expr));
  }

  private List<Expr.With> withs(Scopes scopes, Expr expr) {
    return Tree.all(
        expr.withs(),
        with ->
            new Expr.With(with.at(), target(scopes, with.target()), term(scopes, with.value())));
  }

  /** A target is never a local variable, whatever shadows its name. */
  private Tree target(Scopes scopes, Tree target) {
    return target instanceof Path(var at, Tree head, List<Tree> steps)
        ? new Path(at, head, Tree.all(steps, one -> term(scopes, one)))
        : target;
  }

  private Tree called(Scopes scopes, Tree function) {
    return switch (function) {
      case Name(var at, String name) -> {
        String known = scopes.renamed(name);
        yield known == null ? function : new Name(at, known);
      }
      case Path(var at, Name head, List<Tree> steps) -> new Path(at, called(scopes, head), steps);
      default -> function;
    };
  }

  private Expr assignment(Scopes scopes, Expr expr, Expr.Invoke call) {
    if (expr.negated()) {
      findings.compile(
          expr.at(), "cannot assign vars inside negated expression", "compare with == instead");
      return expr;
    }
    Tree right = term(scopes, call.arguments().get(1));
    var withs = withs(scopes, expr);
    Tree left = assigned(scopes, call.arguments().getFirst());
    return expr.with(Expr.eq(call.at(), left, right)).withs(withs);
  }

  private Tree assigned(Scopes scopes, Tree tree) {
    return switch (tree) {
      case Name(var at, String name) -> new Name(at, declare(scopes, name, Seen.ASSIGNED, at));
      case Items it -> it.map(one -> assigned(scopes, one), body -> body);
      case Members(var at, List<Tree> entries) -> {
        var parts = new ArrayList<>(entries);
        for (int i = 1; i < parts.size(); i += 2) parts.set(i, assigned(scopes, parts.get(i)));
        yield new Members(at, parts);
      }
      default -> {
        findings.compile(
            tree.at(), "cannot assign to " + word(tree), "write a variable left of :=");
        yield tree;
      }
    };
  }

  private static String word(Tree tree) {
    return switch (tree) {
      case Constant(var at, Value value) -> value.kind().word();
      case Name _ -> "var";
      case Path _ -> "ref";
      case Items _ -> "array";
      case Tree.Elements _ -> "set";
      case Members _ -> "object";
      case Collect(var at, var kind, var key, var value, var body) ->
          kind.name().toLowerCase(java.util.Locale.ROOT) + "comprehension";
      case Apply _ -> "call";
      case Template _ -> "templatestring";
    };
  }

  private String declare(Scopes scopes, String name, Seen how, Location at) {
    var before = scopes.top().seen.get(name);
    if (before != null) {
      findings.compile(
          at,
          switch (before) {
            case USED -> "var " + name + " referenced above";
            case ASSIGNED -> "var " + name + " assigned above";
            case DECLARED -> "var " + name + " declared above";
            case ARGUMENT -> "arg " + name + " redeclared";
          },
          "use another name");
      return name;
    }
    String renamed = names.declared(name);
    scopes.insert(name, renamed, how);
    return renamed;
  }

  private Expr someIn(Scopes scopes, Expr expr, Expr.SomeIn some) {
    Location at = expr.at();
    Tree key = some.key() == null ? new Name(at, names.generated()) : some.key();
    var outputs = new TreeSet<String>();
    outputs.addAll(patternNames(some.value()));
    outputs.addAll(patternNames(key));
    outputs.removeAll(Variables.of(some.collection()));
    var path = new ArrayList<Tree>();
    Tree head = some.collection();
    if (head instanceof Path(var there, Tree root, List<Tree> steps)) {
      head = root;
      path.addAll(steps);
    }
    path.add(key);
    // the collection is read first, so that it may use outer names that this declares anew
    for (String name : outputs)
      if (!Names.isGenerated(name)) declare(scopes, name, Seen.DECLARED, at);
    return walked(scopes, expr.with(Expr.eq(at, some.value(), new Path(at, head, path))));
  }

  private static Set<String> patternNames(Tree pattern) {
    return Variables.of(
        pattern,
        Variables.Skip.CLOSURES,
        Variables.Skip.KEYS,
        Variables.Skip.SETS,
        Variables.Skip.HEADS);
  }

  private Expr every(Scopes scopes, Expr expr, Expr.Every every) {
    Tree collection = term(scopes, every.collection());
    scopes.push();
    String key =
        every.key() == null
            ? names.generated()
            : Names.isWildcard(every.key())
                ? every.key()
                : declare(scopes, every.key(), Seen.DECLARED, expr.at());
    String value =
        Names.isWildcard(every.value())
            ? every.value()
            : declare(scopes, every.value(), Seen.DECLARED, expr.at());
    var body = body(scopes, Set.of(), every.body());
    var withs = withs(scopes, expr);
    scopes.pop();
    return expr.with(new Expr.Every(key, value, collection, body)).withs(withs);
  }

  private Tree term(Scopes scopes, Tree tree) {
    return switch (tree) {
      case Name(var at, String name) -> new Name(at, occurrence(scopes, name));
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> conditions) -> {
        var used = new HashSet<>(Variables.of(value));
        if (key != null) used.addAll(Variables.of(key));
        scopes.push();
        var body = body(scopes, used, conditions);
        Tree newKey = key == null ? null : term(scopes, key);
        var done = new Collect(at, kind, newKey, term(scopes, value), body);
        scopes.pop();
        yield done;
      }
      case Apply(var at, Tree function, List<Tree> arguments) -> {
        if (!called(scopes, function).equals(function)) {
          findings.compile(
              at, "called function " + shown(function) + " shadowed", "rename the variable");
          yield tree;
        }
        for (String name : Variables.of(function)) occurrence(scopes, name);
        yield new Apply(at, function, Tree.all(arguments, one -> term(scopes, one)));
      }
      default -> tree.map(one -> term(scopes, one), body -> body);
    };
  }

  private static String shown(Tree function) {
    return Names.original(Names.dotted(function));
  }

  private static String occurrence(Scopes scopes, String name) {
    String known = scopes.renamed(name);
    if (Names.isRoot(name)) {
      var how = scopes.anywhere(name);
      if (known == null || how == Seen.USED) {
        if (known == null) scopes.insert(name, name, Seen.USED);
        return name;
      }
      return known;
    }
    if (known != null) {
      scopes.count(name);
      return known;
    }
    scopes.insert(name, name, Seen.USED);
    return name;
  }
}
