package dev.theca.rego.parse;

import dev.theca.rego.ast.Term;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a default rule may say: nothing that needs an evaluation, but comprehensions. */
final class Defaults {
  private Defaults() {}

  static void check(int offset, List<Term> arguments, Term value) throws Malformed {
    Set<String> names = new HashSet<>();
    for (Term one : arguments)
      if (!(one instanceof Term.Var(var at, String name)) || !names.add(name))
        throw new Malformed(offset, "different variables as arguments of a default", "others");
    if (!isFixed(value))
      throw new Malformed(offset, "a default without variables, references and calls", "one");
  }

  private static boolean isFixed(Term term) {
    return switch (term) {
      case Term.Scalar _, Term.Comprehension _ -> true;
      case Term.Var _, Term.Ref _, Term.Call _, Term.Template _ -> false;
      case Term.ArrayOf array -> array.items().stream().allMatch(Defaults::isFixed);
      case Term.SetOf set -> set.items().stream().allMatch(Defaults::isFixed);
      case Term.ObjectOf object ->
          object.entries().stream().allMatch(e -> isFixed(e.key()) && isFixed(e.value()));
    };
  }
}
