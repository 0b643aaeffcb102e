package dev.theca.rego.ast;

import dev.theca.rego.Location;
import java.util.List;
import java.util.Optional;

/**
 * One rule as written: several of one name make one document.
 *
 * @param path its name, and the fixed keys of a head such as {@code a.b.c}
 * @param arguments of a function
 * @param key of a set's element ({@code contains}) or of an object's member
 * @param value empty means true
 * @param body empty means always
 * @param otherwise tried in turn while nothing before held
 */
public record Rule(
    Location at,
    Kind kind,
    List<Term> path,
    Optional<List<Term>> arguments,
    Optional<Term> key,
    Optional<Term> value,
    List<Literal> body,
    List<Else> otherwise) {
  public Rule {
    path = List.copyOf(path);
    arguments = arguments.map(List::copyOf);
    body = List.copyOf(body);
    otherwise = List.copyOf(otherwise);
  }

  /** What a rule defines. */
  public enum Kind {
    /** The value when nothing else defines one. */
    DEFAULT,
    /** One value, a function's too. */
    COMPLETE,
    /** An element of a set. */
    SET,
    /** A member of an object. */
    OBJECT
  }

  /** {@code else := value if body}. */
  public record Else(Location at, Optional<Term> value, List<Literal> body) {
    public Else {
      body = List.copyOf(body);
    }
  }

  /** The first part of the path. */
  public String name() {
    return path.getFirst() instanceof Term.Var(var at, String name) ? name : "";
  }
}
