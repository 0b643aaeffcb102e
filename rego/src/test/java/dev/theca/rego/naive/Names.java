package dev.theca.rego.naive;

import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import java.util.HashSet;
import java.util.Set;

/** The variables of a body itself: not those that only comprehensions and {@code every} know. */
final class Names {
  private Names() {}

  static void of(Literal literal, Set<String> names) {
    switch (literal) {
      case Literal.Condition condition -> of(condition.term(), names);
      // A variable that nothing else of the body names is one of closures.
      case Literal.SomeVars _ -> {}
      case Literal.SomeIn some -> {
        some.key().ifPresent(key -> of(key, names));
        of(some.value(), names);
        of(some.collection(), names);
      }
      case Literal.Every every -> of(every.collection(), names);
    }
    literal.withs().forEach(with -> of(with.value(), names));
  }

  /** Names that the body has anew, whatever stands around it. */
  static void declared(Literal literal, Set<String> names) {
    switch (literal) {
      case Literal.SomeVars some -> names.addAll(some.names());
      case Literal.SomeIn some -> {
        some.key().ifPresent(key -> of(key, names));
        of(some.value(), names);
      }
      case Literal.Condition(var at, boolean negated, Term term, var withs) -> {
        if (term
                instanceof
                Term.Call(
                    var there,
                    Term.Var(var place, String name),
                    java.util.List<Term> arguments)
            && name.equals(":=")) of(arguments.getFirst(), names);
      }
      case Literal.Every _ -> {}
    }
  }

  static void of(Term term, Set<String> names) {
    switch (term) {
      case Term.Scalar _ -> {}
      case Term.Var(var at, String name) -> names.add(name);
      case Term.Ref(var at, Term head, var steps) -> {
        of(head, names);
        steps.forEach(step -> of(step, names));
      }
      case Term.ArrayOf(var at, var items) -> items.forEach(item -> of(item, names));
      case Term.SetOf(var at, var items) -> items.forEach(item -> of(item, names));
      case Term.ObjectOf(var at, var entries) ->
          entries.forEach(
              entry -> {
                of(entry.key(), names);
                of(entry.value(), names);
              });
      case Term.Call(var at, Term function, var arguments) ->
          arguments.forEach(argument -> of(argument, names));
      case Term.Comprehension _ -> {}
      case Term.Template(var at, var parts) -> parts.forEach(part -> of(part, names));
    }
  }

  /** All variables, those of closures too. */
  static Set<String> inside(Literal literal) {
    var names = new HashSet<String>();
    inside(literal, names);
    return names;
  }

  private static void inside(Literal literal, Set<String> names) {
    of(literal, names);
    switch (literal) {
      case Literal.Condition condition -> closures(condition.term(), names);
      case Literal.SomeVars _ -> {}
      case Literal.SomeIn some -> {
        closures(some.value(), names);
        closures(some.collection(), names);
      }
      case Literal.Every every -> {
        closures(every.collection(), names);
        every.body().forEach(one -> inside(one, names));
      }
    }
    literal.withs().forEach(with -> closures(with.value(), names));
  }

  private static void closures(Term term, Set<String> names) {
    switch (term) {
      case Term.Scalar _, Term.Var _ -> {}
      case Term.Ref(var at, Term head, var steps) -> {
        closures(head, names);
        steps.forEach(step -> closures(step, names));
      }
      case Term.ArrayOf(var at, var items) -> items.forEach(item -> closures(item, names));
      case Term.SetOf(var at, var items) -> items.forEach(item -> closures(item, names));
      case Term.ObjectOf(var at, var entries) ->
          entries.forEach(
              entry -> {
                closures(entry.key(), names);
                closures(entry.value(), names);
              });
      case Term.Call(var at, Term function, var arguments) ->
          arguments.forEach(argument -> closures(argument, names));
      case Term.Comprehension made -> {
        made.key()
            .ifPresent(
                key -> {
                  of(key, names);
                  closures(key, names);
                });
        of(made.value(), names);
        closures(made.value(), names);
        made.body().forEach(one -> inside(one, names));
      }
      case Term.Template(var at, var parts) -> parts.forEach(part -> closures(part, names));
    }
  }
}
