package dev.theca.rego.naive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Given;
import dev.theca.rego.Policies;
import dev.theca.rego.Policy;
import dev.theca.rego.Result;
import dev.theca.rego.Setup;
import dev.theca.rego.ast.Module;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The engine against an evaluator that tries every value for every variable. Chance is the same
 * every time; {@code -Dtheca.rego.seed} and {@code -Dtheca.rego.programs} try others.
 */
class NaiveTest {
  private static final int WORLD = 60;
  private static final int ROUNDS = 6;

  private final long seed = Long.getLong("theca.rego.seed", 11);
  private final int programs = Integer.getInteger("theca.rego.programs", 20_000);
  private int compared;
  private int defined;
  private int conflicts;
  private int open;

  @Test
  void small_programs_are_answered_as_by_trying_every_value() {
    var random = new Programs(seed);
    for (int i = 0; i < programs; i++) {
      var program = random.next();
      String input = Programs.INPUTS.get(i % Programs.INPUTS.size());
      String found = difference(program, input);
      if (found.isEmpty()) continue;
      var small = shrunk(program, input);
      throw new AssertionError(
          "seed %d, program %d, input %s%n%s%n%s"
              .formatted(seed, i, input, String.join("\n", small), difference(small, input)));
    }
    System.out.printf(
        "naive: %d programs, %d compared, %d say something, %d conflicts, %d open, seed %d%n",
        programs, compared, defined, conflicts, open, seed);
    assertThat(compared).isGreaterThan(programs / 4 * 3);
    assertThat(defined).isGreaterThan(programs / 4);
    assertThat(open).isLessThan(programs / 100);
  }

  /** Without every line that the difference does not need. */
  private List<String> shrunk(List<String> program, String input) {
    var small = new ArrayList<>(program);
    for (int i = small.size() - 1; i >= 0; i--) {
      String line = small.remove(i);
      if (difference(small, input).isEmpty()) small.add(i, line);
    }
    for (int i = 0; i < small.size(); i++) {
      String line = small.get(i);
      int open = line.indexOf("if {");
      if (open < 0 || !line.endsWith("}")) continue;
      var conditions =
          new ArrayList<>(List.of(line.substring(open + 4, line.length() - 1).split("; ")));
      for (int k = conditions.size() - 1; k >= 0 && conditions.size() > 1; k--) {
        String condition = conditions.remove(k);
        small.set(i, line.substring(0, open + 4) + String.join("; ", conditions) + "}");
        if (difference(small, input).isEmpty()) conditions.add(k, condition);
        small.set(i, line.substring(0, open + 4) + String.join("; ", conditions) + "}");
      }
    }
    return small;
  }

  /** Empty where both say the same, or where the program is none. */
  private String difference(List<String> lines, String inputText) {
    String text = "package q\n" + String.join("\n", lines);
    if (!(PolicyParser.module("q.rego", text, Syntax.V1) instanceof Outcome.Granted<Module>(var m)))
      return "";
    if (!(Policies.compile(List.of(m), Setup.plain()) instanceof Outcome.Granted<Policy>(var p)))
      return "";
    Value input = value(inputText);
    var answer = p.query("data.q").then(query -> query.evaluate(Given.nothing().withInput(input)));
    String engine =
        switch (answer) {
          case Outcome.Granted<Result>(var result) -> shown(result.value().orElseThrow());
          case Outcome.Refused<Result>(var reasons) ->
              reasons.toString().contains("rego-conflict") ? "conflict" : reasons.toString();
        };
    var world = world(input, lines);
    String naive = naive(m, input, world, Naive.Search.SHORT);
    if (naive.isEmpty()) return "";
    compared++;
    if (naive.equals("conflict")) conflicts++;
    else if (naive.length() > 20) defined++;
    if (naive.equals(engine)) return "";
    // A short search may not have seen a value that a variable can have.
    if (answer instanceof Outcome.Granted<Result>(var result)) {
      parts(result.value().orElseThrow(), world);
      if (naive(m, input, world, Naive.Search.SHORT).equals(engine)) return "";
    }
    naive = naive(m, input, world, Naive.Search.WHOLE);
    if (naive.isEmpty()) open++;
    if (naive.isEmpty() || naive.equals(engine)) return "";
    // Which errors are met before a search ends depends on its order.
    boolean ordered = text.contains("with") || text.contains("(") || text.contains("c: d");
    if (ordered && (naive.equals("conflict") || engine.equals("conflict"))) return "";
    return "engine: " + engine + "\nnaive:  " + naive;
  }

  private static Set<Value> world(Value input, List<String> lines) {
    Set<Value> world = new LinkedHashSet<>();
    parts(input, world);
    for (String other : Programs.INPUTS)
      if (String.join("\n", lines).contains(other)) parts(value(other), world);
    return world;
  }

  /** What the other evaluator says; empty where the program is too large for it. */
  private static String naive(Module module, Value input, Set<Value> start, Naive.Search search) {
    var world = new LinkedHashSet<>(start);
    for (int round = 0; round < ROUNDS; round++) {
      var naive = new Naive(module, world, input, search);
      String said;
      try {
        said = shown(naive.all());
      } catch (Naive.Conflict e) {
        said = "conflict";
      } catch (Naive.TooMuch e) {
        return "";
      }
      int before = world.size();
      naive.seen().forEach(value -> parts(value, world));
      if (world.size() > WORLD) return "";
      if (world.size() > before) continue;
      return said;
    }
    return "";
  }

  private static String shown(Value value) {
    return value.toString();
  }

  private static Value value(String text) {
    return Policies.compile(List.of(), Setup.plain())
        .then(policy -> policy.query("x = " + text))
        .then(query -> query.evaluate(Given.nothing()))
        .orThrow()
        .solutions()
        .getFirst()
        .bindings()
        .get("x");
  }

  /** The value and all parts of it, keys too. */
  private static void parts(Value value, Collection<Value> all) {
    if (!all.add(value)) return;
    if (value instanceof ObjectValue object) object.keys().forEach(key -> parts(key, all));
    for (Map.Entry<Value, Value> member : Naive.members(value).entrySet()) {
      parts(member.getKey(), all);
      parts(member.getValue(), all);
    }
  }
}
