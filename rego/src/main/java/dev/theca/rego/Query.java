package dev.theca.rego;

import dev.theca.rego.run.Explainer;
import dev.theca.rego.run.QueryPlan;
import dev.theca.wire.Outcome;

/** A compiled query; immutable, for any number of threads. */
public final class Query {
  private final QueryPlan plan;

  Query(QueryPlan plan) {
    this.plan = plan;
  }

  /**
   * What it finds. Refuses with {@link RegoCode#REGO_CONFLICT}, {@link RegoCode#REGO_EXHAUSTED} or,
   * where strictness was asked for, {@link RegoCode#REGO_BUILTIN} or {@link RegoCode#REGO_OPERAND}.
   */
  public Outcome<Result> evaluate(Given given) {
    return plan.evaluate(given, null);
  }

  /**
   * Evaluates and says why it came out so; {@code hidden} keeps secrets out of it. An evaluation
   * that ends with a refusal ends this so too.
   */
  public Outcome<Explanation> explain(Given given, Hidden hidden) {
    var explainer = new Explainer(plan.texts(), hidden);
    return switch (plan.evaluate(given, explainer)) {
      case Outcome.Granted<Result>(var result) -> Outcome.granted(explainer.done(result.value()));
      case Outcome.Refused<Result>(var reasons) -> new Outcome.Refused<>(reasons);
    };
  }

  /** Evaluates and notes which parts of the policies took part. */
  public Outcome<Result> evaluate(Given given, Coverage.Collector collector) {
    return plan.evaluate(given, collector.watch());
  }
}
