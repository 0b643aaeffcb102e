package dev.theca.fuzz;

import dev.theca.broker.policy.Re2Engine;
import dev.theca.broker.policy.SnakeYamlEngine;
import dev.theca.rego.Bounds;
import dev.theca.rego.Given;
import dev.theca.rego.Hidden;
import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.rego.Query;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.rego.fmt.Formatter;
import dev.theca.rego.fmt.Target;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A policy of a stranger, and behind a zero byte the document that it judges. Whatever the text:
 * answers and refusals come out, and what was formatted is still a policy.
 */
final class PolicyTarget {
  private static final Setup SETUP =
      Setup.plain().withRegex(new Re2Engine()).withYaml(new SnakeYamlEngine());
  private static final Bounds SMALL = new Bounds(20_000, 100_000, 100, () -> 0, Long.MAX_VALUE);

  private PolicyTarget() {}

  static void take(byte[] input) {
    String all = new String(input, StandardCharsets.UTF_8);
    int zero = all.indexOf(0);
    String text = zero < 0 ? all : all.substring(0, zero);
    var given = given(zero < 0 ? "{}" : all.substring(zero + 1));
    for (var syntax : Syntax.values()) {
      if (PolicyParser.module("fuzz.rego", text, syntax)
          instanceof Outcome.Granted<Module>(var module)) judge(module, text, syntax, given);
    }
  }

  private static Given given(String json) {
    var given = Given.nothing().withBounds(SMALL);
    if (!(Json.parse(json.getBytes(StandardCharsets.UTF_8))
        instanceof Outcome.Granted<JsonValue>(var value))) return given;
    try {
      return given.withInput(Values.of(value));
    } catch (NumberFormatException e) {
      return given; // a number beyond the limits, as Values says
    }
  }

  private static void judge(Module module, String text, Syntax syntax, Given given) {
    var target = syntax == Syntax.V0 ? Target.V0 : Target.V1;
    if (Formatter.format("fuzz.rego", text, target) instanceof Outcome.Granted<String>(var form)
        && !PolicyParser.module("fuzz.rego", form, syntax).isGranted())
      throw new IllegalStateException("what was formatted is no policy: " + form);
    if (!(Policies.compile(List.of(module), SETUP) instanceof Outcome.Granted<Policy>(var policy)))
      return;
    if (!(policy.query("data") instanceof Outcome.Granted<Query>(var query))) return;
    query.evaluate(given.withStrictErrors(true));
    var answer = query.evaluate(given);
    var explained = query.explain(given, Hidden.below(given, List.of(List.of("input", "secret"))));
    if (answer.isGranted() != explained.isGranted())
      throw new IllegalStateException("explained otherwise: " + answer + ", " + explained);
  }
}
