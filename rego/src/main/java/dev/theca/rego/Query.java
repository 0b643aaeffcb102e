package dev.theca.rego;

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
   * where strictness was asked for, {@link RegoCode#REGO_BUILTIN}.
   */
  public Outcome<Result> evaluate(Given given) {
    return plan.evaluate(given, null);
  }
}
