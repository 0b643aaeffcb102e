package dev.theca.rego;

import dev.theca.rego.ast.Module;
import dev.theca.rego.compile.Compilation;
import dev.theca.wire.Outcome;
import java.util.List;

/**
 * Compiles modules together: names resolved, rules checked, bodies put into an order that can run,
 * every rule a plan. Refuses with every mistake that the first failing stage finds; a refusal says
 * where ({@code file:line:column}), what was found, and what to do.
 */
public final class Policies {
  private Policies() {}

  /** The policy that these modules are; their order does not matter. */
  public static Outcome<Policy> compile(List<Module> modules, Setup setup) {
    return switch (Compilation.of(List.copyOf(modules), setup)) {
      case Outcome.Granted<Compilation>(var done) -> Outcome.granted(new Policy(done));
      case Outcome.Refused<Compilation>(var reasons) -> new Outcome.Refused<>(reasons);
    };
  }
}
