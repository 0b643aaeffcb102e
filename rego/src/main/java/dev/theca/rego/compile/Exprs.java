package dev.theca.rego.compile;

import java.util.List;
import java.util.function.UnaryOperator;

/** Conditions with every term mapped. */
final class Exprs {
  private Exprs() {}

  /** Names that a condition declares are terms too; targets of {@code with} keep their heads. */
  static Expr map(Expr expr, UnaryOperator<Tree> term, UnaryOperator<List<Expr>> body) {
    Expr.Form form =
        switch (expr.form()) {
          case Expr.Single(Tree one) -> new Expr.Single(term.apply(one));
          case Expr.Invoke(var at, Tree function, List<Tree> arguments) ->
              new Expr.Invoke(at, function, Tree.all(arguments, term));
          case Expr.Some some -> some;
          case Expr.SomeIn(var key, Tree value, Tree collection) ->
              new Expr.SomeIn(
                  key == null ? null : term.apply(key), term.apply(value), term.apply(collection));
          case Expr.Every(var key, String value, Tree collection, List<Expr> conditions) ->
              new Expr.Every(key, value, term.apply(collection), body.apply(conditions));
        };
    var withs =
        Tree.all(expr.withs(), w -> new Expr.With(w.at(), w.target(), term.apply(w.value())));
    return expr.with(form).withs(withs);
  }
}
