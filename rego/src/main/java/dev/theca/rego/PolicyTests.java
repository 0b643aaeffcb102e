package dev.theca.rego;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Runs the rules of policies whose names begin with {@code test_}: one that is true passes; one
 * that is undefined or anything else fails; names that begin with {@code todo_test_} are left out
 * and said so.
 */
public final class PolicyTests {
  private PolicyTests() {}

  /** How a test ended. */
  public enum Verdict {
    /** It was true. */
    PASS,
    /** It was not. */
    FAIL,
    /** It was refused while it ran. */
    ERROR,
    /** It is still to be written. */
    SKIPPED
  }

  /**
   * One test.
   *
   * @param name with its package, such as {@code data.policy.test_allow}
   * @param at where it stands
   * @param prints what it printed
   * @param reasons of an error
   */
  public record Test(
      String name, Location at, Verdict verdict, List<String> prints, List<Refusal> reasons) {
    public Test {
      prints = List.copyOf(prints);
      reasons = List.copyOf(reasons);
    }
  }

  /** Runs all tests of these names, in the order of the names. */
  public static List<Test> run(
      Policy policy, Given given, Predicate<String> names, Coverage.Collector coverage) {
    var tests = new ArrayList<Test>();
    policy
        .rulePlaces()
        .forEach(
            (name, places) -> {
              String last = name.substring(name.lastIndexOf('.') + 1);
              if (!names.test(name)) return;
              if (last.startsWith("todo_test_"))
                tests.add(new Test(name, places.getFirst(), Verdict.SKIPPED, List.of(), List.of()));
              else if (last.startsWith("test_"))
                tests.add(test(policy, given, name, places.getFirst(), coverage));
            });
    return tests;
  }

  private static Test test(
      Policy policy, Given given, String name, Location at, Coverage.Collector coverage) {
    return switch (policy.query(name)) {
      case Outcome.Refused<Query>(var reasons) ->
          new Test(name, at, Verdict.ERROR, List.of(), reasons);
      case Outcome.Granted<Query>(var query) ->
          switch (query.evaluate(given, coverage)) {
            case Outcome.Refused<Result>(var reasons) ->
                new Test(name, at, Verdict.ERROR, List.of(), reasons);
            case Outcome.Granted<Result>(var result) ->
                new Test(
                    name,
                    at,
                    result.isTrue() ? Verdict.PASS : Verdict.FAIL,
                    result.prints(),
                    List.of());
          };
    };
  }
}
