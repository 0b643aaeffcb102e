package dev.theca.broker.policy;

import dev.theca.broker.token.Derived;
import dev.theca.rego.Explanation;
import dev.theca.rego.Given;
import dev.theca.rego.Hidden;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Resource policies in Rego, as the field writes them: the token's claims are {@code input}; {@code
 * data} has {@code plugin}, {@code resource-path} and {@code query}; {@code data.policy.allow} must
 * be true. Undefined, anything but a boolean, an error, or a policy beyond its budget is a no.
 */
public final class RegoResourcePolicy implements ResourcePolicy {
  private static final int MAX_REASONS = 8;
  private static final int KNOWN = 128;

  private final PolicySource policies;
  private final Budget budget;
  private final Derived<Outcome<Value>> inputs = new Derived<>(KNOWN, Inputs::value);

  /** With these policies; each evaluation has the whole budget. */
  public RegoResourcePolicy(PolicySource policies, Budget budget) {
    this.policies = policies;
    this.budget = budget;
  }

  @Override
  public Outcome<Allowed> allows(JsonObject tokenClaims, Wanted wanted, Instant now) {
    var policy = decides(wanted.tenant());
    return inputs
        .of(tokenClaims)
        .map(
            input ->
                Given.nothing()
                    .withInput(input)
                    .withData(data(wanted))
                    .withNow(Inputs.nanos(now))
                    .withBounds(budget.bounds()))
        .then(
            given ->
                policy
                    .compiled()
                    .decision()
                    .evaluate(given)
                    .then(
                        result ->
                            result.isTrue()
                                ? Outcome.granted(
                                    new Allowed(policy.id().toString(), policy.number()))
                                : Outcome.refused(reasons(policy, tokenClaims, wanted, given))));
  }

  private PolicyInForce decides(String tenant) {
    if (PolicyId.isName(tenant)) {
      var own = policies.inForce(new PolicyId(PolicyId.Kind.TENANT, tenant));
      if (own.isPresent()) return own.get();
    }
    return policies
        .inForce(PolicyId.RESOURCE)
        .orElseThrow(() -> new IllegalStateException("no resource policy comes with the broker"));
  }

  private static Value data(Wanted wanted) {
    var query = new LinkedHashMap<String, dev.theca.wire.json.JsonValue>();
    wanted.query().forEach((name, value) -> query.put(name, new JsonString(value)));
    return dev.theca.rego.value.Values.of(
        JsonObject.builder()
            .put("plugin", wanted.plugin())
            .put("resource-path", JsonArray.strings(wanted.path()))
            .put("query", new JsonObject(query))
            .build());
  }

  /** A policy that looks at the token's status is explained by what made the status. */
  private List<Refusal> reasons(
      PolicyInForce policy, JsonObject token, Wanted wanted, Given given) {
    var reasons = new ArrayList<Refusal>();
    String text = policy.compiled().text();
    if (text.contains("ear.status") || text.contains("ear.trustworthiness-vector"))
      reasons.addAll(TokenReasons.of(token));
    if (policy.compiled().decision().explain(again(given), hidden(token, given))
        instanceof Outcome.Granted<Explanation>(var explanation))
      Unmet.rule(explanation, "data.policy.allow")
          .map(Unmet::of)
          .ifPresent(all -> all.forEach(unmet -> reasons.add(reason(policy, unmet))));
    if (reasons.isEmpty())
      reasons.add(
          new Refusal(
              PolicyCode.POLICY_DENIED,
              "resource " + wanted.plugin() + "/" + String.join("/", wanted.path()),
              "a yes of policy " + named(policy),
              "none",
              "see what the policy asks for"));
    return List.copyOf(reasons.subList(0, Math.min(MAX_REASONS, reasons.size())));
  }

  private static String named(PolicyInForce policy) {
    return policy.id() + " version " + policy.number();
  }

  private Given again(Given given) {
    return given.withBounds(budget.bounds());
  }

  private static Refusal reason(PolicyInForce policy, Unmet unmet) {
    return new Refusal(
        PolicyCode.POLICY_DENIED,
        "condition of policy " + named(policy) + " at " + unmet.at(),
        unmet.condition(),
        unmet.found().isEmpty() ? "it does not hold" : unmet.found(),
        "meet the condition, or change the policy");
  }

  /** Settings of guests may hold credentials. */
  private static Hidden hidden(JsonObject token, Given given) {
    var paths = new ArrayList<List<String>>();
    for (String part : token.object("submods").map(JsonObject::members).orElse(Map.of()).keySet())
      for (String file : List.of("cdh.toml", "aa.toml"))
        paths.add(
            List.of(
                "input",
                "submods",
                part,
                "ear.veraison.annotated-evidence",
                "init_data_claims",
                file));
    return Hidden.below(given, paths);
  }
}
