package dev.theca.broker.policy;

import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.rego.Query;
import dev.theca.rego.Setup;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compiles policies: by version 1 of the syntax, and what that refuses by the older one, since the
 * field's policies come without {@code import rego.v1}. Every mistake has its {@code
 * file:line:column}.
 */
final class PolicyCompiler {
  private static final String PACKAGE = "data.policy.";
  private static final Pattern PLACE = Pattern.compile("^.*?:(\\d+):(\\d+)");

  private PolicyCompiler() {}

  static Outcome<CompiledPolicy> compile(PolicyId id, String text) {
    int zero = text.indexOf('\0');
    if (zero >= 0)
      return Outcome.refused(
          PolicyCode.POLICY_TEXT,
          id.name()
              + ".rego:"
              + (1 + text.substring(0, zero).chars().filter(c -> c == '\n').count())
              + ":1",
          "characters that a text may have",
          "U+0000 as character " + zero,
          "take it out");
    var one = compile(id, text, Syntax.V1);
    if (!(one instanceof Outcome.Refused<CompiledPolicy>(var mistakes))) return one;
    var old = compile(id, text, Syntax.V0);
    if (!(old instanceof Outcome.Refused<CompiledPolicy>(var older))) return old;
    return line(older) > line(mistakes) ? old : one;
  }

  /** How far a syntax got: the one that got further is the one that the author meant. */
  private static int line(List<Refusal> mistakes) {
    var place = PLACE.matcher(mistakes.getFirst().what());
    if (!place.find()) return Integer.MAX_VALUE;
    return Integer.parseInt(place.group(1));
  }

  /** Compiles a policy that is known to have this syntax. */
  static Outcome<CompiledPolicy> compile(PolicyId id, String text, Syntax syntax) {
    return PolicyParser.module(id.name() + ".rego", text, syntax)
        .then(module -> Policies.compile(List.of(module), setup(id)))
        .then(policy -> queries(id, text, syntax, policy));
  }

  private static Setup setup(PolicyId id) {
    var setup = Setup.plain().withRegex(new Re2Engine()).withYaml(new SnakeYamlEngine());
    return id.kind() == PolicyId.Kind.ATTESTATION
        ? setup.withFunctions(List.of(ReferenceCalls.FUNCTION))
        : setup;
  }

  private static Outcome<CompiledPolicy> queries(
      PolicyId id, String text, Syntax syntax, Policy policy) {
    String word = syntax == Syntax.V1 ? "v1" : "v0";
    if (id.kind() != PolicyId.Kind.ATTESTATION)
      return has(policy, "allow")
          ? compiled(text, word, policy.query(PACKAGE + "allow"), Optional.empty())
          : missing(id, "a rule 'allow' in package policy");
    String claims = claims(policy);
    if (claims.isEmpty()) return missing(id, "a rule 'trust_claims' in package policy");
    return has(policy, "extensions")
        ? policy
            .query(PACKAGE + "extensions")
            .then(more -> compiled(text, word, policy.query(claims), Optional.of(more)))
        : compiled(text, word, policy.query(claims), Optional.empty());
  }

  /** Policies before {@code trust_claims} have a rule for each claim. */
  private static String claims(Policy policy) {
    if (has(policy, "trust_claims")) return PACKAGE + "trust_claims";
    String rules =
        TrustVector.NAMES.stream()
            .filter(name -> has(policy, name.replace('-', '_')))
            .map(name -> '"' + name + "\": " + PACKAGE + name.replace('-', '_'))
            .collect(Collectors.joining(", "));
    return rules.isEmpty() ? "" : "{" + rules + "}";
  }

  private static boolean has(Policy policy, String rule) {
    return policy.rules().contains(PACKAGE + rule);
  }

  private static Outcome<CompiledPolicy> compiled(
      String text, String syntax, Outcome<Query> decision, Optional<Query> extensions) {
    return decision.map(query -> new CompiledPolicy(text, syntax, query, extensions));
  }

  private static Outcome<CompiledPolicy> missing(PolicyId id, String expected) {
    return Outcome.refused(
        PolicyCode.POLICY_RULE_MISSING,
        id.name() + ".rego:1:1",
        expected,
        "none",
        "write the rule, and 'package policy' above it");
  }
}
