package dev.theca.rego.compile;

import dev.theca.rego.compile.Definition.Branch;
import dev.theca.rego.compile.Expr.With;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import java.util.ArrayList;
import java.util.List;

/** Stage: what {@code with} replaces exists; what it replaces it by is read before. */
final class Withs {
  private final Functions functions;
  private final Names names;
  private final Findings findings;

  Withs(Functions functions, Names names, Findings findings) {
    this.functions = functions;
    this.names = names;
    this.findings = findings;
  }

  Definition definition(Definition rule) {
    var branches =
        Tree.all(
            rule.branches(),
            branch -> {
              Tree value = branch.value();
              return new Branch(branch.at(), value, body(branch.body()));
            });
    return rule.with(rule.ref(), rule.arguments(), rule.key(), branches);
  }

  List<Expr> body(List<Expr> body) {
    var done = new ArrayList<Expr>();
    for (Expr expr : body) {
      var withs = new ArrayList<With>();
      for (var with : expr.withs()) withs.add(with(expr, with, done));
      Expr mapped = Exprs.map(expr, this::tree, this::body).withs(withs);
      done.add(mapped);
    }
    return done;
  }

  private Tree tree(Tree tree) {
    return tree.map(this::tree, this::body);
  }

  private With with(Expr expr, With with, List<Expr> done) {
    Tree target = with.target();
    Tree value = with.value();
    if (!valid(with)) return with;
    boolean named = replacesFunction(target, value);
    named |= root(target).equals("data") && isFunctionOfRules(value);
    named |= !Names.isRoot(root(target)) && isFunctionName(value);
    // the name of a function is no term: as a call without arguments, nothing reads it
    if (named) return new With(with.at(), target, new Tree.Apply(value.at(), value, List.of()));
    if (!Expander.needsReading(value)) return with;
    var name = new Name(value.at(), names.generated());
    done.add(
        new Expr(
            value.at(), expr.origin(), false, true, Expr.eq(value.at(), name, value), List.of()));
    return new With(with.at(), target, name);
  }

  private static String root(Tree target) {
    return switch (target) {
      case Name(var at, String name) -> name;
      case Path(var at, Name(var there, String name), var steps) -> name;
      default -> "";
    };
  }

  private boolean isFunctionOfRules(Tree value) {
    var node = functions.rules().named(Names.dotted(value));
    return node != null && node.rules().stream().anyMatch(Definition::isFunction);
  }

  private boolean replacesFunction(Tree target, Tree value) {
    return isFunctionOfRules(target) && isFunctionName(value);
  }

  /** Whether the value names a rule or a function, which is called in the place of another. */
  private boolean isFunctionName(Tree value) {
    String name = Names.dotted(value);
    return !name.isEmpty()
        && (functions.builtins().containsKey(name) || functions.rules().named(name) != null);
  }

  private boolean valid(With with) {
    Tree target = with.target();
    String name = Names.dotted(target);
    switch (root(target)) {
      case "input" -> {
        return true;
      }
      case "data" -> {
        if (target instanceof Path(var at, Tree head, List<Tree> steps) && partial(steps)) {
          findings.compile(
              target.at(),
              "with keyword cannot partially replace virtual document(s)",
              "replace the whole document");
          return false;
        }
        return true;
      }
      default -> {
        if (!functions.builtins().containsKey(name) && functions.arity(name) < 0) {
          findings.type(
              target.at(),
              "with keyword target must reference existing input, data, or a function",
              "replace one of these");
          return false;
        }
        String wrong = "";
        if (name.equals("eq") || name.startsWith("rego.metadata."))
          wrong = "replacement of \"" + name + "\" invalid";
        else if (name.startsWith("internal."))
          wrong = "replacement of internal function \"" + name + "\" invalid";
        else if (functions.isRelation(name)) wrong = "target must not be a relation";
        else if (functions.isVoid(name)) wrong = "target must not be a void function";
        if (wrong.isEmpty()) return true;
        findings.compile(
            target.at(),
            "with keyword replacing built-in function: " + wrong,
            "replace another function");
        return false;
      }
    }
  }

  private boolean partial(List<Tree> steps) {
    var node = functions.rules().root();
    for (int i = 0; i + 1 < steps.size(); i++) {
      var child = steps.get(i) instanceof Constant(var at, var key) ? node.child(key) : null;
      if (child == null) return false;
      if (!child.rules().isEmpty()) return true;
      node = child;
    }
    return false;
  }
}
