package dev.theca.rego.compile;

import dev.theca.rego.compile.Definition.Branch;
import dev.theca.rego.run.Body;
import dev.theca.rego.run.Document;
import dev.theca.rego.run.Operand;
import dev.theca.rego.run.Pattern;
import dev.theca.rego.run.RuleIndex;
import dev.theca.rego.run.RulePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stage: ordered rules become plans. */
final class Planner {
  private final Documents documents;
  private final Functions functions;

  Planner(Documents documents, Functions functions) {
    this.documents = documents;
    this.functions = functions;
  }

  void all() {
    documents.definitions().forEach(this::plan);
  }

  private void plan(Document document, List<Definition> rules) {
    var plans = new ArrayList<RulePlan>();
    var fallback = Optional.<RulePlan>empty();
    int depth = document.depth();
    var demands = new ArrayList<List<RuleIndex.Demand>>();
    boolean deep = false;
    for (var rule : rules) {
      var plan = plan(rule, depth, false);
      deep |= rule.isFunction() && callsRules(rule);
      if (rule.fallback()) fallback = Optional.of(plan);
      else {
        plans.add(plan);
        demands.add(Demands.of(rule));
      }
    }
    document.rules(plans, fallback, RuleIndex.of(plans, demands), deep);
  }

  /** Whether a call of it is worth remembering. */
  private static boolean callsRules(Definition rule) {
    return rule.branches().stream()
        .flatMap(branch -> branch.body().stream())
        .anyMatch(
            expr ->
                expr.form() instanceof Expr.Every
                    || expr.form() instanceof Expr.Invoke call && call.name().startsWith("data."));
  }

  /**
   * @param asked whether one key of the document is known before the body
   */
  private RulePlan plan(Definition rule, int depth, boolean asked) {
    var slots = new Slots();
    var patterns = new ArrayList<Pattern>();
    var steps = new Steps(documents, functions, slots, false);
    if (rule.arguments() != null)
      for (Tree argument : rule.arguments()) patterns.add(steps.pattern(argument));
    int skip = depth - rule.packageName().size();
    boolean member = !rule.isFunction() && skip < rule.ref().size();
    if (asked) patterns.add(steps.pattern(rule.ref().get(skip)));
    var branches = new ArrayList<RulePlan.Branch>();
    var suffix = new ArrayList<Operand>();
    for (Branch branch : rule.branches()) {
      var inner = new Steps(documents, functions, slots.inner(), false);
      Body body = inner.body(branch.body());
      Tree result = rule.key() != null && branch.value() == null ? rule.key() : branch.value();
      if (result == null) throw new IllegalStateException("a rule without a value");
      branches.add(new RulePlan.Branch(branch.at(), body, inner.operand(result)));
      if (branches.size() > 1) continue;
      for (int i = skip; i < rule.ref().size(); i++) suffix.add(inner.operand(rule.ref().get(i)));
    }
    return new RulePlan(
        rule.at(),
        slots.size(),
        patterns,
        suffix,
        rule.key() != null,
        branches,
        member && !asked ? Optional.of(plan(rule, depth, true)) : Optional.empty());
  }
}
