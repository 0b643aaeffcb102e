package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.compile.Tree.Apply;
import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.run.Body;
import dev.theca.rego.run.Loops;
import dev.theca.rego.run.Operand;
import dev.theca.rego.run.Pattern;
import dev.theca.rego.run.Step;
import dev.theca.rego.run.Tests;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The steps of one body. */
final class Steps {
  private static final Set<String> COMPARISONS = Set.of("equal", "neq", "lt", "lte", "gt", "gte");
  private final Documents documents;
  private final Functions functions;
  private final Slots slots;
  private final boolean nested;
  private final List<Step> steps = new ArrayList<>();
  private final Operands operands;
  private final Reading reading;
  private final Equalities equalities;

  /**
   * @param nested whether the body stands within a condition
   */
  Steps(Documents documents, Functions functions, Slots slots, boolean nested) {
    this.documents = documents;
    this.functions = functions;
    this.slots = slots;
    this.nested = nested;
    this.operands = new Operands(slots);
    this.reading = new Reading(this, documents, slots, operands, steps);
    this.equalities = new Equalities(slots, operands, reading, steps);
  }

  /** Those of a body within a condition. */
  Steps within(Slots inner) {
    return new Steps(documents, functions, inner, true);
  }

  /** A term that needs no reading. */
  Operand operand(Tree tree) {
    return operands.operand(tree);
  }

  /** The pattern of a function's argument. */
  Pattern pattern(Tree tree) {
    return operands.pattern(tree);
  }

  Body body(List<Expr> body) {
    for (int i = 0; i < body.size(); i++) {
      Expr expr = body.get(i);
      if (expr.withs().isEmpty()) {
        expr(expr);
        continue;
      }
      var group = new ArrayList<>(List.of(expr));
      while (i + 1 < body.size() && body.get(i + 1).withs().equals(expr.withs()))
        group.add(body.get(++i));
      together(group);
    }
    return new Body(steps, nested);
  }

  /** Conditions of one {@code with}, together: what they read is made once. */
  private void together(List<Expr> group) {
    var first = group.getFirst();
    var puts = new ArrayList<Loops.Put>();
    for (var with : first.withs()) puts.add(put(with));
    var inner = new Steps(documents, functions, slots, nested);
    for (Expr expr : group) inner.expr(expr);
    steps.add(Loops.with(first.at(), first.origin(), puts, new Body(inner.steps, nested)));
  }

  private Loops.Put put(Expr.With with) {
    String name = Names.dotted(with.target());
    if (with.target() instanceof Name(var at, String root) && Names.isRoot(root))
      return root.equals("input")
          ? new Loops.Put.Input(List.of(), operand(with.value()))
          : new Loops.Put.Data(List.of(), operand(with.value()));
    boolean function =
        functions.builtins().containsKey(name)
            || functions.rules().named(name) instanceof RuleTree.Node node
                && node.rules().stream().anyMatch(Definition::isFunction);
    if (function) {
      var other = Replacements.of(with.value(), functions, documents);
      return other == null
          ? new Loops.Put.Result(name, operand(with.value()))
          : new Loops.Put.Function(name, other);
    }
    if (!(with.target() instanceof Path(var at, Name(var place, String root), List<Tree> path)))
      throw new IllegalStateException("target of with");
    var keys = Tree.all(path, this::operand);
    return root.equals("input")
        ? new Loops.Put.Input(keys, operand(with.value()))
        : new Loops.Put.Data(keys, operand(with.value()));
  }

  private void expr(Expr expr) {
    if (expr.negated()) {
      // what stands in a call's arguments is read before, and must be there: as the reference does
      var form = expr.form();
      if (form instanceof Expr.Invoke call) {
        boolean equality = expr.isEq() || call.is("equal");
        form =
            new Expr.Invoke(
                call.at(),
                call.function(),
                Tree.all(
                    call.arguments(),
                    one -> equality ? shallow(expr, one) : reading.constant(expr, one)));
      }
      if (form instanceof Expr.Single(Tree term)) form = new Expr.Single(shallow(expr, term));
      // after the above, so that it knows what is read already
      var inner = within(slots.inner());
      inner.positive(expr.with(form));
      steps.add(Tests.not(expr.at(), expr.origin(), new Body(inner.steps, true)));
    } else positive(expr);
  }

  private Tree shallow(Expr expr, Tree tree) {
    return switch (tree) {
      case Path(var at, Tree head, List<Tree> path) ->
          new Path(at, head, Tree.all(path, one -> reading.constant(expr, one)));
      case Collect _, Name _ -> tree;
      default -> reading.constant(expr, tree);
    };
  }

  private void positive(Expr expr) {
    switch (expr.form()) {
      case Expr.Single(Tree term) -> single(expr, term);
      case Expr.Invoke call -> call(expr, call);
      case Expr.Every every -> every(expr, every);
      case Expr.Some _, Expr.SomeIn _ -> throw new IllegalStateException("some");
    }
  }

  private void single(Expr expr, Tree term) {
    switch (term) {
      case Path path -> reading.path(expr, path, () -> null);
      case Name(var at, String name) when Names.isRoot(name) ->
          reading.path(expr, new Path(at, term, List.of()), () -> null);
      default -> steps.add(Tests.truth(expr.at(), expr.origin(), reading.read(expr, term)));
    }
  }

  private void call(Expr expr, Expr.Invoke call) {
    var arguments = call.arguments();
    if (expr.isEq() || call.is("equal") && arguments.size() == 2) {
      equalities.unify(expr, arguments.get(0), arguments.get(1));
      return;
    }
    int arity = functions.arity(call.name());
    var operands = new ArrayList<Operand>();
    for (Tree argument : arguments.subList(0, arity)) operands.add(reading.read(expr, argument));
    Location at = call.at();
    int origin = expr.origin();
    if (arguments.size() == arity && COMPARISONS.contains(call.name())) {
      Tree shown = arguments.get(operands.get(0) instanceof Operand.Constant ? 1 : 0);
      steps.add(
          Tests.compare(at, origin, call.name(), operands.get(0), operands.get(1))
              .labelled(shown instanceof Name ? Texts.of(slots.written(shown)) : ""));
      return;
    }
    if (arguments.size() > arity && arguments.get(arity) instanceof Name(var there, String name))
      if (Names.isGenerated(name))
        slots.call(name, new Apply(at, call.function(), arguments.subList(0, arity)));
    Pattern result = arguments.size() > arity ? reading.target(expr, arguments.get(arity)) : null;
    var builtin = functions.builtins().get(call.name());
    if (builtin == null) {
      var document = documents.byName().get(call.name());
      if (document == null) throw new IllegalStateException("function " + call.name());
      steps.add(Tests.call(at, origin, document, operands, result));
    } else if (functions.isRelation(call.name()))
      steps.add(Loops.relation(at, origin, builtin, operands, result));
    else steps.add(Tests.call(at, origin, builtin, operands, result));
  }

  private void every(Expr expr, Expr.Every every) {
    Operand over = reading.read(expr, every.collection());
    var scope = slots.inner();
    var key = new Pattern.Bind(scope.bind(every.key() == null ? "%key" : every.key()));
    var value = new Pattern.Bind(scope.bind(every.value()));
    Body body = within(scope).body(every.body());
    steps.add(Tests.every(expr.at(), expr.origin(), over, key, value, body));
  }
}
