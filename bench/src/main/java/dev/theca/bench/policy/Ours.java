package dev.theca.bench.policy;

import dev.theca.rego.Given;
import dev.theca.rego.Hidden;
import dev.theca.rego.Policies;
import dev.theca.rego.Query;
import dev.theca.rego.Setup;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.List;
import java.util.Objects;

/** Our engine. */
final class Ours {
  private final Query query;

  private Ours(Query query) {
    this.query = query;
  }

  /** Reads, compiles and asks. */
  static Ours compile(String policy, Syntax syntax, String question, ObjectValue references) {
    var module = PolicyParser.module("policy.rego", policy, syntax).orThrow();
    var setup = Setup.plain().withFunctions(List.of(reference(references)));
    return new Ours(
        Policies.compile(List.of(module), setup).then(all -> all.query(question)).orThrow());
  }

  static Ours attestation(String policy, Syntax syntax, ObjectValue references) {
    return compile(policy, syntax, "data.policy.trust_claims", references);
  }

  private static Builtin reference(ObjectValue references) {
    return Builtin.of(
        "query_reference_value",
        "string -> any",
        (_, arguments) -> Objects.requireNonNullElse(references.get(arguments[0]), NullValue.NULL));
  }

  Value ask(Given given) {
    return query.evaluate(given).orThrow().value().orElseThrow();
  }

  /** The JSON is read too. */
  Value ask(byte[] json) {
    return ask(Given.nothing().withInput(Material.read(json)));
  }

  Object explain(Given given) {
    return query.explain(given, Hidden.nothing()).orThrow();
  }
}
