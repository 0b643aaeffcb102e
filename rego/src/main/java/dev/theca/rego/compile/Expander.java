package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.compile.Definition.Branch;
import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stage: calls within terms become conditions before the one that they stand in, with a variable
 * for the result; what a head or a comprehension collects is put together in its body.
 */
final class Expander {
  private final Names names;

  Expander(Names names) {
    this.names = names;
  }

  Definition definition(Definition rule) {
    var branches = new ArrayList<Branch>();
    var ref = rule.ref();
    var written = rule.arguments();
    var arguments = written;
    Tree key = rule.key();
    for (var branch : rule.branches()) {
      var body = new ArrayList<>(body(branch.body()));
      Tree value = branch.value();
      if (branches.isEmpty()) {
        ref = Tree.all(ref, one -> simple(one, body));
        if (arguments != null) arguments = Tree.all(arguments, one -> collected(one, body));
        if (key != null) key = collected(key, body);
      } else {
        again(rule.ref(), ref, body);
        if (written != null && arguments != null) again(written, arguments, body);
      }
      if (value != null) value = collected(value, body);
      branches.add(new Branch(branch.at(), value, body));
    }
    return rule.with(ref, arguments, key, branches);
  }

  /** What another branch needs for the parts of the head that the first one expanded. */
  private void again(List<Tree> written, List<Tree> expanded, List<Expr> body) {
    for (int i = 0; i < written.size(); i++) {
      if (written.get(i).equals(expanded.get(i))) continue;
      Tree own = term(written.get(i), body, null);
      body.add(beside(null, own.at(), Expr.eq(own.at(), expanded.get(i), own)));
    }
  }

  /** A path's step: a variable or a value; anything else gets a variable. */
  private Tree simple(Tree step, List<Expr> body) {
    if (step instanceof Tree.Constant || step instanceof Name && !needsReading(step)) return step;
    Tree expanded = term(step, body, null);
    boolean simple = expanded instanceof Name && !needsReading(expanded);
    return simple ? expanded : named(expanded, body, null);
  }

  /** What a head gives: without paths and closures, which the body reads. */
  private Tree collected(Tree tree, List<Expr> body) {
    Tree expanded = term(tree, body, null);
    return needsReading(expanded) ? named(expanded, body, null) : expanded;
  }

  static boolean needsReading(Tree tree) {
    return switch (tree) {
      case Path _, Collect _ -> true;
      case Name(var at, String name) -> Names.isRoot(name);
      default -> Variables.children(tree).stream().anyMatch(Expander::needsReading);
    };
  }

  private Name named(Tree tree, List<Expr> body, @org.jspecify.annotations.Nullable Expr by) {
    var name = new Name(tree.at(), names.generated());
    body.add(beside(by, tree.at(), Expr.eq(tree.at(), name, tree)));
    return name;
  }

  private static Expr beside(
      @org.jspecify.annotations.Nullable Expr by, Location at, Expr.Form form) {
    return by == null ? new Expr(at, -1, false, true, form, List.of()) : by.beside(at, form);
  }

  List<Expr> body(List<Expr> body) {
    var done = new ArrayList<Expr>();
    for (Expr expr : body) expr(expr, done);
    return done;
  }

  private void expr(Expr written, List<Expr> done) {
    var withs =
        Tree.all(
            written.withs(),
            with -> {
              Tree value = collectedWith(with.value(), done);
              return new Expr.With(with.at(), with.target(), value);
            });
    Expr expr = written.withs(withs);
    Expr.Form form =
        switch (expr.form()) {
          case Expr.Single(Tree term) -> new Expr.Single(term(term, done, expr));
          case Expr.Invoke(var at, Tree function, List<Tree> arguments)
              when Names.dotted(function).equals("print") ->
              captured(at, "print", arguments, false);
          case Expr.Invoke(var at, Tree function, List<Tree> arguments) ->
              new Expr.Invoke(at, function, Tree.all(arguments, one -> term(one, done, expr)));
          case Expr.Every(var key, String value, Tree collection, List<Expr> body) -> {
            Tree over = named(term(collection, done, expr), done, expr);
            yield new Expr.Every(key, value, over, body(body));
          }
          case Expr.Some _, Expr.SomeIn _ -> expr.form();
        };
    done.add(expr.with(form));
  }

  /**
   * A call of {@code internal.print} or {@code internal.template_string}: every argument stands in
   * a set of its own, which is empty where the argument is undefined.
   */
  private Expr.Invoke captured(Location at, String name, List<Tree> arguments, boolean template) {
    var sets = new ArrayList<Tree>();
    for (Tree argument : arguments) {
      if (template && argument instanceof Tree.Constant) {
        sets.add(argument);
        continue;
      }
      var value = new Name(argument.at(), names.generated());
      var capture = beside(null, argument.at(), Expr.eq(argument.at(), value, argument));
      sets.add(
          new Collect(
              argument.at(),
              dev.theca.rego.ast.Term.Kind.SET,
              null,
              value,
              body(List.of(capture))));
    }
    Tree function =
        new Path(
            at,
            new Name(at, "internal"),
            List.of(new Tree.Constant(at, dev.theca.rego.value.Value.of(name))));
    return new Expr.Invoke(at, function, List.of(new Tree.Items(at, sets)));
  }

  /** A replacement may be the name of a function; that stays for the check of targets. */
  private Tree collectedWith(Tree value, List<Expr> done) {
    return term(value, done, null);
  }

  private Tree term(Tree tree, List<Expr> done, @org.jspecify.annotations.Nullable Expr by) {
    return switch (tree) {
      case Apply(var at, Tree function, List<Tree> arguments) -> {
        var expanded = new ArrayList<>(Tree.all(arguments, one -> term(one, done, by)));
        var result = new Name(at, names.generated());
        expanded.add(result);
        done.add(beside(by, at, new Expr.Invoke(at, function, expanded)));
        yield result;
      }
      case Tree.Template(var at, List<Tree> parts) -> {
        var call = captured(at, "template_string", parts, true);
        yield term(new Apply(at, call.function(), call.arguments()), done, by);
      }
      case Path(var at, Tree head, List<Tree> steps) -> {
        Tree root = term(head, done, by);
        var expanded = Tree.all(steps, one -> term(one, done, by));
        if (!(root instanceof Name)) root = named(root, done, by);
        yield new Path(at, root, expanded);
      }
      case Collect(var at, var kind, Tree key, Tree value, List<Expr> conditions) -> {
        var body = new ArrayList<>(body(conditions));
        Tree newKey = key == null ? null : collected(key, body);
        Tree newValue = collected(value, body);
        yield new Collect(at, kind, newKey, newValue, body);
      }
      default -> tree.map(one -> term(one, done, by), body -> body);
    };
  }
}
