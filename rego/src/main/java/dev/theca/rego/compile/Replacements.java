package dev.theca.rego.compile;

import dev.theca.rego.run.Replacement;
import org.jspecify.annotations.Nullable;

/** What {@code with f as g} puts in the place of f, where g is a function or a rule. */
final class Replacements {
  private Replacements() {}

  static @Nullable Replacement of(Tree value, Functions functions, Documents documents) {
    if (!(value instanceof Tree.Apply(var at, Tree function, var arguments))) return null;
    String name = Names.dotted(function);
    var builtin = functions.builtins().get(name);
    if (builtin != null) return new Replacement.Native(builtin);
    var document = documents.byName().get(name);
    return document == null ? null : new Replacement.Rules(document);
  }
}
