package dev.theca.rego.ast;

import dev.theca.rego.Location;
import java.util.List;
import java.util.Optional;

/** One condition of a body, with what {@code with} replaces while it is evaluated. */
public sealed interface Literal {
  /** Where it begins. */
  Location at();

  /** What is replaced meanwhile. */
  List<With> withs();

  /** A term that must be defined and not false; {@code negated} turns that round. */
  record Condition(Location at, boolean negated, Term term, List<With> withs) implements Literal {
    public Condition {
      withs = List.copyOf(withs);
    }
  }

  /** {@code some x, y}. */
  record SomeVars(Location at, List<String> names, List<With> withs) implements Literal {
    public SomeVars {
      names = List.copyOf(names);
      withs = List.copyOf(withs);
    }
  }

  /** {@code some k, v in collection}. */
  record SomeIn(Location at, Optional<Term> key, Term value, Term collection, List<With> withs)
      implements Literal {
    public SomeIn {
      withs = List.copyOf(withs);
    }
  }

  /** {@code every k, v in collection { body }}. */
  record Every(
      Location at,
      Optional<String> key,
      String value,
      Term collection,
      List<Literal> body,
      List<With> withs)
      implements Literal {
    public Every {
      body = List.copyOf(body);
      withs = List.copyOf(withs);
    }
  }

  /** {@code with target as value}. */
  record With(Location at, Term target, Term value) {}
}
