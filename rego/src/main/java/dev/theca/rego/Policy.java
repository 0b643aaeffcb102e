package dev.theca.rego;

import dev.theca.rego.ast.Module.Import;
import dev.theca.rego.compile.Compilation;
import dev.theca.rego.run.QueryPlan;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.List;
import java.util.Map;

/** Compiled policies; immutable, for any number of threads. */
public final class Policy {
  private final Compilation compiled;

  Policy(Compilation compiled) {
    this.compiled = compiled;
  }

  /** A query, such as {@code data.policy.allow} or {@code x := data.a.b; x > 1}. */
  public Outcome<Query> query(String text) {
    return query(text, List.of(), List.of());
  }

  /** A query that stands in a package and has imports, as a module would. */
  public Outcome<Query> query(String text, List<String> packageName, List<Import> imports) {
    return switch (compiled.query(text, packageName, imports)) {
      case Outcome.Granted<QueryPlan>(var plan) -> Outcome.granted(new Query(plan));
      case Outcome.Refused<QueryPlan>(var reasons) -> new Outcome.Refused<>(reasons);
    };
  }

  /** The paths of all rules, such as {@code data.policy.allow}. */
  public List<String> rules() {
    return compiled.documents();
  }

  /**
   * Rules that stand where these base documents stand too: a refusal for each. An evaluation would
   * see the rules only.
   */
  public List<Refusal> conflicts(Value data) {
    return compiled.conflicts(data);
  }

  /** Where bodies begin, for coverage. */
  List<Location> bodies() {
    return compiled.bodies();
  }

  /** Every condition by its number, for coverage. */
  Map<Integer, Condition> conditions() {
    return compiled.conditions();
  }
}
