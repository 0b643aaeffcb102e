package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Name;
import java.util.ArrayList;
import java.util.List;

/**
 * Stage of queries: the value of every condition is kept in a variable, so that {@code 1 == 2}
 * answers {@code false} and not nothing.
 */
final class Captures {
  private Captures() {}

  /** Prefix of the variable of the condition whose origin follows. */
  static final String PREFIX = "%value";

  static List<Expr> of(List<Expr> body, Functions functions) {
    boolean check = body.size() > 1 || body.stream().anyMatch(Captures::iterates);
    var done = new ArrayList<Expr>();
    var checks = new ArrayList<Expr>();
    for (Expr expr : body) {
      var variable = new Name(expr.at(), PREFIX + expr.origin());
      Expr captured = capture(expr, variable, functions);
      done.add(captured);
      if (!captured.form().equals(expr.form()) && check)
        checks.add(
            new Expr(expr.at(), expr.origin(), false, true, new Expr.Single(variable), List.of()));
    }
    done.addAll(checks);
    return done;
  }

  private static Expr capture(Expr expr, Name variable, Functions functions) {
    if (expr.negated() || expr.isEq()) return expr;
    return switch (expr.form()) {
      case Expr.Single(Tree term) -> expr.with(Expr.eq(expr.at(), term, variable));
      case Expr.Invoke call
          when !functions.isVoid(call.name())
              && functions.arity(call.name()) == call.arguments().size() -> {
        var arguments = new ArrayList<>(call.arguments());
        arguments.add(variable);
        yield expr.with(new Expr.Invoke(call.at(), call.function(), arguments));
      }
      case Expr.Invoke _, Expr.Some _, Expr.SomeIn _, Expr.Every _ -> expr;
    };
  }

  /** Whether a condition may hold in several ways. */
  private static boolean iterates(Expr expr) {
    if (expr.form() instanceof Expr.Every) return true;
    return Variables.parts(expr).stream().anyMatch(Captures::open);
  }

  private static boolean open(Tree tree) {
    if (tree instanceof Tree.Path(var at, Tree head, List<Tree> steps)
        && !Variables.of(steps).isEmpty()) return true;
    if (tree instanceof Tree.Collect) return false;
    return Variables.children(tree).stream().anyMatch(Captures::open);
  }
}
