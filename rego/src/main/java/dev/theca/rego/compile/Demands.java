package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Name;
import dev.theca.rego.compile.Tree.Path;
import dev.theca.rego.run.RuleIndex.Demand;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Constants that a rule demands at places of the input, whatever else it does. */
final class Demands {
  private Demands() {}

  /** None for a rule with {@code else}: another branch may demand something else. */
  static List<Demand> of(Definition rule) {
    var demands = new ArrayList<Demand>();
    if (rule.branches().size() > 1) return demands;
    for (Expr expr : rule.branches().getFirst().body()) {
      if (expr.negated() || !expr.withs().isEmpty()) continue;
      if (!(expr.form() instanceof Expr.Invoke call) || call.arguments().size() != 2) continue;
      if (!call.is("eq") && !call.is("equal")) continue;
      add(call.arguments().getFirst(), call.arguments().getLast(), demands);
      add(call.arguments().getLast(), call.arguments().getFirst(), demands);
    }
    return demands;
  }

  private static void add(Tree place, Tree value, List<Demand> demands) {
    if (!(value instanceof Constant(var at, Value constant))) return;
    if (!(place instanceof Path(var there, Name(var here, String root), List<Tree> steps))) return;
    if (!root.equals("input")) return;
    var path = new ArrayList<Value>();
    for (Tree step : steps) {
      if (!(step instanceof Constant(var where, Value key))) return;
      path.add(key);
    }
    demands.add(new Demand(path, constant));
  }
}
