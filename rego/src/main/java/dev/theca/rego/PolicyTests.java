package dev.theca.rego;

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
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The tests in policies: rules whose names begin with {@code test_}, each of which passes where it
 * is defined and not false. Those that begin with {@code todo_test_} are left out and said so.
 * Several rules of one name are several tests: later ones get a number, {@code test_p#01}. It knows
 * no clock: how long a test took is told by ticks from outside.
 */
public final class PolicyTests {
  private static final String TEST = "test_";
  private static final String SKIPPED = "todo_test_";

  private final List<Module> modules;

  private PolicyTests(List<Module> modules) {
    this.modules = List.copyOf(modules);
  }

  /** How a test ended. */
  public enum Verdict {
    /** It was defined, and not false. */
    PASS,
    /** It was not. */
    FAIL,
    /** It is still to be written. */
    SKIPPED,
    /** It was refused while it ran. */
    ERROR
  }

  /**
   * One test.
   *
   * @param at where it stands
   * @param inPackage with {@code data}
   * @param took in ticks of nanoseconds
   * @param prints what it printed
   * @param reasons of an error
   */
  public record Test(
      Location at,
      String inPackage,
      String name,
      Verdict verdict,
      Duration took,
      List<String> prints,
      List<Refusal> reasons) {
    public Test {
      prints = List.copyOf(prints);
      reasons = List.copyOf(reasons);
    }

    /** Such as {@code data.policy.test_allow}. */
    public String fullName() {
      return inPackage + "." + name;
    }
  }

  private record Found(Location at, String inPackage, String name, boolean skipped) {
    String fullName() {
      return inPackage + "." + name;
    }

    /** A number is no part of a plain name. */
    String path() {
      return name.indexOf('#') < 0 ? fullName() : inPackage + "[" + Value.of(name) + "]";
    }

    Test ended(Verdict verdict, Duration took, List<String> prints, List<Refusal> reasons) {
      return new Test(at, inPackage, name, verdict, took, prints, reasons);
    }
  }

  /** The tests of these modules. */
  public static PolicyTests of(List<Module> modules) {
    var counts = new HashMap<String, Integer>();
    var all = new ArrayList<Module>();
    for (Module module : modules) {
      var rules = module.rules().stream().map(rule -> distinct(module, rule, counts)).toList();
      all.add(
          new Module(
              module.at(),
              module.name(),
              module.v1(),
              module.imports(),
              rules,
              module.comments(),
              module.text()));
    }
    return new PolicyTests(all);
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

  /** What to compile: the modules, with a name of its own for each test. */
  public List<Module> modules() {
    return modules;
  }

  /**
   * Runs those whose full name is wanted, in the order of the files.
   *
   * @param policy made of {@link #modules()}
   * @param ticks in nanoseconds, from any start
   */
  public List<Test> run(
      Policy policy,
      Given given,
      Predicate<String> wanted,
      Coverage.Collector coverage,
      LongSupplier ticks) {
    var done = new ArrayList<Test>();
    for (Module module : modules)
      for (Rule rule : module.rules())
        found(module, rule)
            .filter(test -> wanted.test(test.fullName()))
            .ifPresent(test -> done.add(one(test, policy, given, coverage, ticks)));
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

  private static Test one(
      Found test, Policy policy, Given given, Coverage.Collector coverage, LongSupplier ticks) {
    if (test.skipped()) return test.ended(Verdict.SKIPPED, Duration.ZERO, List.of(), List.of());
    long before = ticks.getAsLong();
    var outcome = policy.query(test.path()).then(query -> query.evaluate(given, coverage));
    var took = Duration.ofNanos(ticks.getAsLong() - before);
    return switch (outcome) {
      case Outcome.Granted<Result>(var result) ->
          test.ended(holds(result) ? Verdict.PASS : Verdict.FAIL, took, result.prints(), List.of());
      case Outcome.Refused<Result>(var reasons) ->
          test.ended(Verdict.ERROR, took, List.of(), reasons);
    };
  }

  private static boolean holds(Result result) {
    return result.value().filter(value -> !value.equals(BoolValue.FALSE)).isPresent();
  }
}
