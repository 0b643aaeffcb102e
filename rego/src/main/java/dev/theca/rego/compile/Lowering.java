package dev.theca.rego.compile;

import dev.theca.rego.Condition;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Operators;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.compile.Definition.Branch;
import dev.theca.rego.compile.Expr.Form;
import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the trees of the parser to those of the stages: operators become functions. */
final class Lowering {
  private final Findings findings;
  private final Map<Integer, Condition> conditions = new LinkedHashMap<>();
  private int origins;

  /**
   * @param origins the number of the first condition
   */
  Lowering(Findings findings, int origins) {
    this.findings = findings;
    this.origins = origins;
  }

  /** Every condition by its number. */
  Map<Integer, Condition> conditions() {
    return conditions;
  }

  List<Definition> definitions(Module module) {
    var all = new ArrayList<Definition>();
    for (Rule rule : module.rules()) all.add(definition(module, rule));
    return all;
  }

  private Definition definition(Module module, Rule rule) {
    var ref = new ArrayList<Tree>();
    for (Term part : rule.path()) ref.add(tree(part));
    ref.set(0, new Constant(rule.at(), Value.of(rule.name())));
    boolean set = rule.kind() == Rule.Kind.SET;
    if (!set && rule.key().isPresent()) ref.add(tree(rule.key().get()));
    var branches = new ArrayList<Branch>();
    Tree value = set ? null : value(rule.at(), rule.value().orElse(null));
    branches.add(new Branch(rule.at(), value, body(rule.body())));
    for (var other : rule.otherwise())
      branches.add(
          new Branch(
              other.at(), value(other.at(), other.value().orElse(null)), body(other.body())));
    return new Definition(
        rule.at(),
        module.at(),
        module.name(),
        module.v1(),
        rule.kind() == Rule.Kind.DEFAULT,
        ref,
        rule.arguments().map(this::trees).orElse(null),
        set ? tree(rule.key().orElseThrow()) : null,
        branches);
  }

  private Tree value(dev.theca.rego.Location at, @Nullable Term value) {
    return value == null ? new Constant(at, Value.of(true)) : tree(value);
  }

  List<Expr> body(List<Literal> literals) {
    return Tree.all(literals, this::expr);
  }

  private Expr expr(Literal literal) {
    int origin = origins++;
    boolean negated = literal instanceof Literal.Condition condition && condition.negated();
    Form form =
        switch (literal) {
          case Literal.Condition condition -> form(tree(condition.term()));
          case Literal.SomeVars some -> new Expr.Some(some.names());
          case Literal.SomeIn some ->
              new Expr.SomeIn(
                  some.key().map(this::tree).orElse(null),
                  tree(some.value()),
                  tree(some.collection()));
          case Literal.Every every ->
              new Expr.Every(
                  every.key().orElse(null),
                  every.value(),
                  tree(every.collection()),
                  body(every.body()));
        };
    var withs =
        Tree.all(
            literal.withs(),
            with -> new Expr.With(with.at(), tree(with.target()), tree(with.value())));
    var expr = new Expr(literal.at(), origin, negated, false, form, withs);
    conditions.put(origin, new Condition(literal.at(), Texts.of(expr)));
    return expr;
  }

  private static Form form(Tree term) {
    return term instanceof Tree.Apply(var at, Tree function, List<Tree> arguments)
        ? new Expr.Invoke(at, function, arguments)
        : new Expr.Single(term);
  }

  private List<Tree> trees(List<Term> terms) {
    return Tree.all(terms, this::tree);
  }

  Tree tree(Term term) {
    return switch (term) {
      case Term.Scalar(var at, var json) -> {
        try {
          yield new Constant(at, Values.of(json));
        } catch (NumberFormatException e) {
          findings.compile(at, "number beyond the limits", "write a smaller number");
          yield new Constant(at, NullValue.NULL);
        }
      }
      case Term.Var(var at, String name) -> new Name(at, name);
      case Term.Ref(var at, Term head, List<Term> steps) ->
          new Tree.Path(at, tree(head), trees(steps));
      case Term.ArrayOf(var at, List<Term> items) -> new Tree.Items(at, trees(items));
      case Term.SetOf(var at, List<Term> items) -> new Tree.Elements(at, trees(items));
      case Term.ObjectOf(var at, List<Term.Entry> entries) -> {
        var parts = new ArrayList<Tree>();
        for (var entry : entries) {
          parts.add(tree(entry.key()));
          parts.add(tree(entry.value()));
        }
        yield new Tree.Members(at, parts);
      }
      case Term.Comprehension(var at, var kind, var key, Term value, List<Literal> body) ->
          new Tree.Collect(at, kind, key.map(this::tree).orElse(null), tree(value), body(body));
      case Term.Template(var at, List<Term> parts) -> new Tree.Template(at, trees(parts));
      case Term.Call(var at, Term function, List<Term> arguments) ->
          new Tree.Apply(at, function(function, arguments.size()), trees(arguments));
    };
  }

  private Tree function(Term function, int arguments) {
    if (!(function instanceof Term.Var(var at, String name))) return tree(function);
    if (!name.equals("in")) return new Name(at, Operators.function(name).orElse(name));
    return new Tree.Path(
        at,
        new Name(at, "internal"),
        List.of(new Constant(at, Value.of(arguments == 3 ? "member_3" : "member_2"))));
  }
}
