package dev.theca.broker.policy;

import dev.theca.broker.reference.ReferenceSource;
import dev.theca.rego.Explanation;
import dev.theca.rego.Given;
import dev.theca.rego.Hidden;
import dev.theca.rego.Result;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Appraises claims by an attestation policy, within a budget. */
public final class AttestationPolicy {
  private static final int MAX_EXTENSIONS = 16;

  private final ReferenceSource references;
  private final Budget budget;

  /** With these reference values; each evaluation has the whole budget. */
  @SuppressWarnings("exports") // the module exports this package for its engines alone
  public AttestationPolicy(ReferenceSource references, Budget budget) {
    this.references = references;
    this.budget = budget;
  }

  /**
   * What a policy said of evidence.
   *
   * @param extensions further members of the submodule, by name
   * @param used reference values that were asked for; null where there is none
   */
  public record Said(
      TrustVector vector, Map<String, JsonValue> extensions, Map<String, JsonValue> used) {}

  /** What it says; a policy that ends in an error or beyond its budget is a refusal. */
  public Outcome<Said> appraise(PolicyInForce policy, JsonObject input, Instant now) {
    return given(input, now)
        .then(
            given -> {
              var calls = new ReferenceCalls(references, now);
              return calls.around(() -> said(policy.compiled(), given, calls));
            });
  }

  private static Outcome<Said> said(CompiledPolicy policy, Given given, ReferenceCalls calls) {
    var vector =
        policy
            .decision()
            .evaluate(given)
            .then(
                result ->
                    result
                        .value()
                        .map(TrustVector::of)
                        .orElseGet(() -> Outcome.granted(TrustVector.silent())));
    if (policy.extensions().isEmpty())
      return vector.map(claims -> new Said(claims, Map.of(), calls.used()));
    return vector.then(
        claims ->
            policy
                .extensions()
                .get()
                .evaluate(given)
                .map(Result::value)
                .then(AttestationPolicy::extensions)
                .map(more -> new Said(claims, more, calls.used())));
  }

  /** Why it says so: about three times the cost of saying it. */
  public Outcome<Explanation> explain(PolicyInForce policy, JsonObject input, Instant now) {
    return given(input, now)
        .then(
            given ->
                new ReferenceCalls(references, now)
                    .around(() -> policy.compiled().decision().explain(given, hidden(given))));
  }

  /** Settings of the guest's own services may hold credentials. */
  private static Hidden hidden(Given given) {
    return Hidden.below(
        given,
        List.of(
            List.of("input", "init_data_claims", "cdh.toml"),
            List.of("input", "init_data_claims", "aa.toml")));
  }

  private Outcome<Given> given(JsonObject input, Instant now) {
    return Inputs.value(input)
        .map(
            value ->
                Given.nothing()
                    .withInput(value)
                    .withNow(Inputs.nanos(now))
                    .withBounds(budget.bounds()));
  }

  private static Outcome<Map<String, JsonValue>> extensions(Optional<Value> said) {
    if (said.isEmpty()) return Outcome.granted(Map.of());
    if (!(said.get() instanceof ArrayValue array) || array.size() > MAX_EXTENSIONS)
      return bad("an array of at most " + MAX_EXTENSIONS);
    var all = new LinkedHashMap<String, JsonValue>();
    for (Value item : array) {
      if (!(item instanceof ObjectValue object)
          || !(object.get("name") instanceof TextValue(String name))
          || object.get("key") == null) return bad("objects with name, key and value");
      var value = object.get("value");
      if (value == null) return bad("objects with name, key and value");
      if (TAKEN.contains(name) || name.length() > 128) return bad("other names than the token's");
      if (all.put(name, Values.json(value)) != null) return bad("each name once");
    }
    return Outcome.granted(all);
  }

  /** Members that a submodule has anyway (draft-ietf-rats-ear). */
  private static final List<String> TAKEN =
      List.of(
          "ear.status",
          "ear.trustworthiness-vector",
          "ear.appraisal-policy-id",
          "ear.veraison.annotated-evidence");

  private static <T> Outcome<T> bad(String expected) {
    return Outcome.refused(
        PolicyCode.POLICY_RESULT,
        "extensions of the attestation policy",
        expected,
        "others",
        "correct the policy");
  }
}
