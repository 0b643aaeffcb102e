package dev.theca.cli.policy;

import dev.theca.rego.Coverage;
import dev.theca.rego.Given;
import dev.theca.rego.Location;
import dev.theca.rego.Policy;
import dev.theca.rego.Result;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the tests in policies and runs them: rules with {@code test_} in their names. */
final class Tests {
  private static final String TEST = "test_";
  private static final String SKIPPED = "todo_test_";

  private Tests() {}

  private record Found(Location at, String inPackage, String name, boolean skipped) {}

  /** Several rules of one name are several tests: later ones get a number. */
  static List<Module> distinct(List<Module> modules) {
    var counts = new HashMap<String, Integer>();
    var all = new ArrayList<Module>();
    for (Module module : modules) {
      var rules = module.rules().stream().map(rule -> distinct(module, rule, counts)).toList();
      all.add(
          new Module(
              module.at(), module.name(), module.v1(), module.imports(), rules, module.comments()));
    }
    return all;
  }

  private static Rule distinct(Module module, Rule rule, Map<String, Integer> counts) {
    if (!rule.name().startsWith(TEST) || rule.path().size() > 1 || rule.key().isPresent())
      return rule;
    int before = counts.merge(module.name() + " " + rule.name(), 1, Integer::sum) - 1;
    if (before == 0) return rule;
    Term name =
        new Term.Var(rule.path().getFirst().at(), rule.name() + String.format("#%02d", before));
    return new Rule(
        rule.at(),
        rule.kind(),
        List.of(name),
        rule.arguments(),
        rule.key(),
        rule.value(),
        rule.body(),
        rule.otherwise());
  }

  /** All tests whose full name is wanted, in the order of the files. */
  static List<TestCase> run(
      List<Module> modules,
      Policy policy,
      Given given,
      Predicate<String> wanted,
      Coverage.Collector coverage) {
    var done = new ArrayList<TestCase>();
    for (Module module : modules)
      for (Rule rule : module.rules())
        found(module, rule)
            .filter(test -> wanted.test(test.inPackage() + "." + test.name()))
            .ifPresent(test -> done.add(one(test, policy, given, coverage)));
    return done;
  }

  private static Optional<Found> found(Module module, Rule rule) {
    var name = new StringBuilder(rule.name());
    boolean test = isTest(rule.name());
    boolean skipped = rule.name().startsWith(SKIPPED);
    for (int i = 1; i < rule.path().size() && !test; i++) {
      if (!(rule.path().get(i) instanceof Term.Scalar(var _, JsonString(String part)))) break;
      name.append(step(part));
      test = isTest(part);
      skipped = part.startsWith(SKIPPED);
    }
    var inPackage = new StringBuilder("data");
    for (String part : module.name()) inPackage.append(step(part));
    return test
        ? Optional.of(new Found(rule.at(), inPackage.toString(), name.toString(), skipped))
        : Optional.empty();
  }

  private static boolean isTest(String name) {
    return name.startsWith(TEST) || name.startsWith(SKIPPED);
  }

  private static String step(String part) {
    return part.matches("[A-Za-z_][A-Za-z0-9_]*") ? "." + part : "[" + Value.of(part) + "]";
  }

  private static TestCase one(Found test, Policy policy, Given given, Coverage.Collector coverage) {
    if (test.skipped())
      return new TestCase(
          test.at(),
          test.inPackage(),
          test.name(),
          TestCase.Outcome.SKIPPED,
          Duration.ZERO,
          List.of(),
          "");
    int hash = test.name().indexOf('#');
    String path =
        hash < 0
            ? test.inPackage() + "." + test.name()
            : test.inPackage() + "[" + Value.of(test.name()) + "]";
    long before = System.nanoTime();
    var outcome = policy.query(path).then(query -> query.evaluate(given, coverage));
    var took = Duration.ofNanos(System.nanoTime() - before);
    return switch (outcome) {
      case Outcome.Granted<Result>(var result) ->
          new TestCase(
              test.at(),
              test.inPackage(),
              test.name(),
              holds(result) ? TestCase.Outcome.PASS : TestCase.Outcome.FAIL,
              took,
              result.prints(),
              "");
      case Outcome.Refused<Result>(List<Refusal> reasons) ->
          new TestCase(
              test.at(),
              test.inPackage(),
              test.name(),
              TestCase.Outcome.ERROR,
              took,
              List.of(),
              Mistake.of(reasons.getFirst(), _ -> Optional.empty()).toString());
    };
  }

  private static boolean holds(Result result) {
    return result.value().filter(value -> !value.equals(BoolValue.FALSE)).isPresent();
  }
}
