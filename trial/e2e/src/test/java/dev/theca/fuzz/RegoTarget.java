package dev.theca.fuzz;

import dev.theca.rego.Bounds;
import dev.theca.rego.Given;
import dev.theca.rego.Hidden;
import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.rego.Query;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.rego.fmt.Formatter;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A policy, and behind a zero byte the input for it, through all that can be done with them. What
 * is formatted must be a policy, and an explained evaluation must end as one that is not.
 */
final class RegoTarget {
  private static final Bounds SMALL = new Bounds(5_000, 50_000, 100, () -> 0, Long.MAX_VALUE);
  private static final String FILE = "p.rego";

  private RegoTarget() {}

  static void take(byte[] bytes) {
    String all = new String(bytes, StandardCharsets.UTF_8);
    int zero = all.indexOf(0);
    String text = zero < 0 ? all : all.substring(0, zero);
    var given = Given.nothing().withBounds(SMALL);
    if (zero >= 0) given = given.withInput(input(all.substring(zero + 1)));
    for (var syntax : Syntax.values()) {
      if (!(PolicyParser.module(FILE, text, syntax) instanceof Outcome.Granted<Module>(var module)))
        continue;
      formed(text, syntax);
      if (Policies.compile(List.of(module), Setup.plain())
          instanceof Outcome.Granted<Policy>(var policy)) asked(policy, given);
    }
  }

  private static Value input(String text) {
    try {
      return Json.parse(text.getBytes(StandardCharsets.UTF_8))
              instanceof Outcome.Granted<JsonValue>(var json)
          ? Values.of(json)
          : Value.of(text);
    } catch (NumberFormatException e) {
      return Value.of(text);
    }
  }

  private static void asked(Policy policy, Given given) {
    if (!(policy.query("data") instanceof Outcome.Granted<Query>(var query))) return;
    var answer = query.evaluate(given);
    var explained = query.explain(given, Hidden.below(given, List.of(List.of("input", "a"))));
    if (answer.isGranted() != explained.isGranted())
      throw new IllegalStateException("explained otherwise: " + answer + ", " + explained);
    if (answer.toString().length() + explained.toString().length() < 0) throw new AssertionError();
  }

  private static void formed(String text, Syntax syntax) {
    if (!(Formatter.format(FILE, text, syntax) instanceof Outcome.Granted<String>(var once)))
      return;
    Formatter.format(FILE, once, syntax);
  }
}
