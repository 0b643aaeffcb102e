package dev.theca.rego.fmt;

import dev.theca.rego.ast.Operators;
import dev.theca.rego.ast.Term;
import dev.theca.rego.ast.Term.Call;
import dev.theca.rego.ast.Term.Scalar;
import dev.theca.rego.ast.Term.Var;
import dev.theca.wire.json.JsonString;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Calls that are written with an operator between their operands. */
final class Infix {
  private Infix() {}

  /** The operator, when this is a call of one by its sign or by its name. */
  static Optional<String> of(Call call) {
    return switch (call.function()) {
      case Var(var _, String name) when Operators.sign(name).isPresent() -> Operators.sign(name);
      case Var(var _, String name) when name.equals("in") || Operators.function(name).isPresent() ->
          Optional.of(name);
      case Term.Ref(var _, Var(var _, String head), List<Term> steps)
          when head.equals("internal")
              && steps.size() == 1
              && steps.getFirst() instanceof Scalar(var _, JsonString(String name))
              && name.equals("member_" + call.arguments().size()) ->
          Optional.of("in");
      default -> Optional.empty();
    };
  }

  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of(":=", "="),
          Set.of("in"),
          Set.of("==", "!=", "<", "<=", ">", ">="),
          Set.of("|"),
          Set.of("&"),
          Set.of("+", "-"),
          Set.of("*", "/", "%"));

  private static final Set<String> WORDS = Set.of("some", "not", "every", "with", "else");

  private static int level(String operator) {
    int level = 0;
    while (!LEVELS.get(level).contains(operator)) level++;
    return level;
  }

  /** Whether an operand of this operator would be torn apart without parentheses. */
  static boolean isTorn(String operator, Term operand, boolean right) {
    if (!(operand instanceof Call call)) return false;
    var inner = of(call);
    if (inner.isEmpty()) return false;
    int outer = level(operator);
    // At the head of a body in braces, the bar would begin a comprehension.
    if (!right && isBar(call) && outer > 1) return true;
    return outer > 0 && (right ? level(inner.get()) <= outer : level(inner.get()) < outer);
  }

  /** A union that would begin a comprehension; words that are names only there begin none. */
  static boolean isBar(Term term) {
    return term instanceof Call call && isUnion(call) && !WORDS.contains(first(call));
  }

  private static String first(Term term) {
    return switch (term) {
      case Call call when of(call).isPresent() && !call.arguments().isEmpty() ->
          first(call.arguments().getFirst());
      case Call call -> first(call.function());
      case Term.Ref(var _, Term head, var _) -> first(head);
      case Var(var _, String name) -> name;
      default -> "";
    };
  }

  /** {@code a in b}. */
  static boolean isIn(Term term) {
    return term instanceof Call call
        && call.arguments().size() == 2
        && of(call).filter("in"::equals).isPresent();
  }

  /** The name of the function behind an operator. */
  static String name(String operator, int operands) {
    if (operator.equals("in")) return "internal.member_" + operands;
    return Operators.function(operator).orElse(operator);
  }

  /** Inside braces and brackets its bar would begin a comprehension. */
  static boolean isUnion(Term term) {
    return term instanceof Call call
        && call.arguments().size() == 2
        && of(call).filter("|"::equals).isPresent();
  }
}
