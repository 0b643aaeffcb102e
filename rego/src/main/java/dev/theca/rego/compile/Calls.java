package dev.theca.rego.compile;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Type;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stage: every function that is called exists, and is called with as many arguments as it takes.
 */
final class Calls {
  /** Functions that version 1 no longer has. */
  private static final Set<String> DEPRECATED =
      Set.of(
          "any",
          "all",
          "re_match",
          "net.cidr_overlap",
          "set_diff",
          "cast_array",
          "cast_set",
          "cast_string",
          "cast_boolean",
          "cast_null",
          "cast_object");

  private final Functions functions;
  private final Findings findings;

  Calls(Functions functions, Findings findings) {
    this.functions = functions;
    this.findings = findings;
  }

  void definition(Definition rule) {
    boolean strict = rule.v1();
    for (var branch : rule.branches()) body(branch.body(), strict);
  }

  void body(List<Expr> body, boolean strict) {
    for (Expr expr : body) {
      if (expr.form() instanceof Expr.Invoke call) call(expr, call, strict);
      if (expr.form() instanceof Expr.Every every) body(every.body(), strict);
      Variables.parts(expr).forEach(part -> closures(part, strict));
    }
  }

  private void closures(Tree tree, boolean strict) {
    if (tree instanceof Tree.Collect collect) body(collect.body(), strict);
    else Variables.children(tree).forEach(child -> closures(child, strict));
  }

  private void call(Expr expr, Expr.Invoke call, boolean strict) {
    String name = call.name();
    int arity = functions.arity(name);
    int given = call.arguments().size();
    if (arity < 0) {
      String shown = Names.original(name.isEmpty() ? "this term" : name);
      findings.type(expr.at(), "undefined function " + shown, "define it, or correct its name");
      return;
    }
    if (functions.isVoid(name) && expr.generated()) {
      findings.type(expr.at(), name + " used as value", "let it stand alone");
      return;
    }
    boolean fits =
        expr.generated() && !expr.isEq()
            ? given == arity + 1
            : given == arity || given == arity + 1;
    if (expr.isEq()) fits = true;
    if (!fits) {
      int written = expr.generated() ? given - 1 : given;
      var builtin = functions.builtins().get(name);
      findings.type(
          expr.at(),
          builtin != null
              ? name
                  + ": arity mismatch\n\thave: ("
                  + "any, ".repeat(Math.max(0, written - 1))
                  + (written > 0 ? "any" : "")
                  + ")\n\twant: ("
                  + wanted(builtin)
                  + ")"
              : "function "
                  + name
                  + " has arity "
                  + arity
                  + ", got "
                  + written
                  + (written == 1 ? " argument" : " arguments"),
          "give it " + arity + " arguments");
      return;
    }
    if (strict && DEPRECATED.contains(name))
      findings.type(
          expr.at(),
          "deprecated built-in function calls in expression: " + name,
          "call its successor");
  }

  private static String wanted(Builtin builtin) {
    return builtin.arguments().stream().map(Type::toString).collect(Collectors.joining(", "));
  }
}
