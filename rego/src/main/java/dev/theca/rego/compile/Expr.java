package dev.theca.rego.compile;

import dev.theca.rego.Location;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition on its way to a plan.
 *
 * @param origin the condition of the policy that it comes from
 * @param generated whether a stage made it
 */
record Expr(
    Location at, int origin, boolean negated, boolean generated, Form form, List<With> withs) {
  /** {@code with target as value}. */
  record With(Location at, Tree target, Tree value) {}

  /** What the condition is. */
  sealed interface Form {}

  /** A term that must be defined and not false. */
  record Single(Tree term) implements Form {}

  /** A call; {@code eq} unifies; one argument more than the function has takes its result. */
  record Invoke(Location at, Tree function, List<Tree> arguments) implements Form {
    String name() {
      return Names.dotted(function);
    }

    boolean is(String name) {
      return name().equals(name);
    }
  }

  /** {@code some x, y}. */
  record Some(List<String> names) implements Form {}

  /** {@code some k, v in collection}. */
  record SomeIn(@Nullable Tree key, Tree value, Tree collection) implements Form {}

  /** {@code every k, v in collection { body }}; the key is empty until a stage names it. */
  record Every(@Nullable String key, String value, Tree collection, List<Expr> body)
      implements Form {}

  Expr with(Form other) {
    return new Expr(at, origin, negated, generated, other, withs);
  }

  Expr withs(List<With> other) {
    return new Expr(at, origin, negated, generated, form, other);
  }

  /** A condition that a stage adds beside this one. */
  Expr beside(Location place, Form other) {
    return new Expr(place, origin, false, true, other, withs);
  }

  static Form eq(Location at, Tree left, Tree right) {
    return new Invoke(at, new Tree.Name(at, "eq"), List.of(left, right));
  }

  boolean isEq() {
    return form instanceof Invoke call && call.arguments.size() == 2 && call.is("eq");
  }
}
