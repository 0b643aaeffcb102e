package dev.theca.rego.compile;

import dev.theca.rego.spi.Builtin;
import java.util.Map;
import java.util.Set;

/** The functions that policies may call: the language's and the host's, and those of rules. */
record Functions(Map<String, Builtin> builtins, RuleTree rules) {
  /** Functions whose every result is a solution of its own. */
  private static final Set<String> RELATIONS = Set.of("walk");

  private static final Set<String> VOID = Set.of("internal.print", "print");

  /** How many arguments it takes; -1 where there is no such function. */
  int arity(String name) {
    if (name.equals("eq") || name.equals("assign")) return 2;
    var builtin = builtins.get(name);
    if (builtin != null) return builtin.arguments().size();
    if (name.equals("internal.print")) return 1;
    if (!name.startsWith("data.")) return -1;
    var node = rules.named(name);
    return node == null || node.rules().isEmpty() ? -1 : node.rules().getFirst().arity();
  }

  boolean isRelation(String name) {
    return RELATIONS.contains(name);
  }

  boolean isVoid(String name) {
    return VOID.contains(name);
  }
}
