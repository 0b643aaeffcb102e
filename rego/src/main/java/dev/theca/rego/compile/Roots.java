package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Collect;
import dev.theca.rego.compile.Tree.Name;
import java.util.List;

/** Stage of version 1: nothing is assigned to {@code input} and {@code data}. */
final class Roots {
  private Roots() {}

  static void check(List<Definition> rules, Findings findings) {
    for (var rule : rules) {
      for (var branch : rule.branches()) {
        body(branch.body(), findings);
        if (branch.value() != null) tree(branch.value(), findings);
      }
    }
  }

  private static void body(List<Expr> body, Findings findings) {
    for (Expr expr : body) {
      if (expr.form() instanceof Expr.Invoke call
          && call.is("assign")
          && call.arguments().getFirst() instanceof Name(var at, String name)
          && Names.isRoot(name))
        findings.compile(
            expr.at(),
            "variables must not shadow " + name + " (use a different variable name)",
            "rename the variable");
      if (expr.form() instanceof Expr.Every every) body(every.body(), findings);
      Variables.parts(expr).forEach(part -> tree(part, findings));
    }
  }

  private static void tree(Tree tree, Findings findings) {
    if (tree instanceof Collect collect) body(collect.body(), findings);
    else Variables.children(tree).forEach(child -> tree(child, findings));
  }
}
