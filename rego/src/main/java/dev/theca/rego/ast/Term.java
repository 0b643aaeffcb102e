package dev.theca.rego.ast;

import dev.theca.rego.Location;
import dev.theca.wire.json.JsonValue;
import java.util.List;
import java.util.Optional;

/** An expression that has a value. Operators are calls of the built-in that they stand for. */
public sealed interface Term {
  /** Where it begins. */
  Location at();

  /** Null, a boolean, a number or a string. */
  record Scalar(Location at, JsonValue value) implements Term {}

  /** A variable; {@code _} has a name of its own for each occurrence, beginning with {@code $}. */
  record Var(Location at, String name) implements Term {}

  /** {@code head.a["b"][c]}: at least one step. */
  record Ref(Location at, Term head, List<Term> steps) implements Term {
    public Ref {
      steps = List.copyOf(steps);
    }
  }

  /** {@code [a, b]}. */
  record ArrayOf(Location at, List<Term> items) implements Term {
    public ArrayOf {
      items = List.copyOf(items);
    }
  }

  /** {@code {a, b}}, and {@code set()} for the empty one. */
  record SetOf(Location at, List<Term> items) implements Term {
    public SetOf {
      items = List.copyOf(items);
    }
  }

  /** {@code {k: v}}. */
  record ObjectOf(Location at, List<Entry> entries) implements Term {
    public ObjectOf {
      entries = List.copyOf(entries);
    }
  }

  /** One member of an object. */
  record Entry(Term key, Term value) {}

  /** {@code [value | body]}, {@code {value | body}}, {@code {key: value | body}}. */
  record Comprehension(Location at, Kind kind, Optional<Term> key, Term value, List<Literal> body)
      implements Term {
    public Comprehension {
      body = List.copyOf(body);
    }
  }

  /** What a comprehension makes. */
  enum Kind {
    /** An array, in the order of the solutions. */
    ARRAY,
    /** A set. */
    SET,
    /** An object; two values for one key are a conflict. */
    OBJECT
  }

  /** A call of a built-in or of a function of the policy. */
  record Call(Location at, Term function, List<Term> arguments) implements Term {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code $"a {b}"}: texts and values in turn, in one list. */
  record Template(Location at, List<Term> parts) implements Term {
    public Template {
      parts = List.copyOf(parts);
    }
  }
}
