package dev.theca.rego.run;

import dev.theca.rego.Given;
import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.Result;
import dev.theca.rego.Setup;
import dev.theca.rego.parse.Lines;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A query, ready to run; immutable, for any number of threads.
 *
 * @param names the variables that it gives values to
 * @param documents how many documents its policies have
 * @param lines of the policies and of the query
 */
public record QueryPlan(
    Body body,
    int slots,
    List<Condition> conditions,
    SequencedMap<String, Integer> names,
    int documents,
    Setup setup,
    Map<Integer, dev.theca.rego.Condition> texts,
    Lines lines) {
  /** Parts of values in a result for one unit. */
  private static final int SHOWN = 8;

  /** A condition as written; without a slot its value is true. */
  public record Condition(Location at, String text, int slot) {}

  /** Runs it; {@code watch} may see how. */
  public Outcome<Result> evaluate(Given given, @Nullable Watch watch) {
    var bounds = given.bounds();
    var meter =
        new Meter(bounds.steps(), bounds.units(), bounds.depth(), bounds.ticks(), bounds.budget());
    var shared =
        new Context.Shared(
            meter, given.nowNanos(), setup.regex(), setup.yaml(), given.strictErrors());
    var context = Context.of(shared, given.input().orElse(null), given.data(), documents, watch);
    var solutions = new ArrayList<Result.Solution>();
    try {
      body.run(
          new Frame(slots, context),
          frame -> {
            solutions.add(solution(frame));
            return true;
          });
      return Outcome.granted(new Result(solutions, shared.prints));
    } catch (Halt e) {
      var refusal = new Refusal(e.code(), e.place(), expected(e.code()), e.text(), next(e.code()));
      return new Outcome.Refused<>(List.of(lines.shown(refusal)));
    } catch (StackOverflowError e) {
      return Outcome.refused(
          RegoCode.REGO_EXHAUSTED,
          "query",
          expected(RegoCode.REGO_EXHAUSTED),
          "evaluation went deeper than the stack",
          next(RegoCode.REGO_EXHAUSTED));
    }
  }

  private Result.Solution solution(Frame frame) {
    var expressions = new ArrayList<Result.Expression>(conditions.size());
    for (var one : conditions) {
      Value value = one.slot < 0 ? Value.of(true) : frame.slot(one.slot);
      expressions.add(new Result.Expression(value, one.text, one.at));
    }
    frame.context.spend(1);
    for (var one : expressions) frame.context.spend(one.value().weight() / SHOWN);
    var bindings = new LinkedHashMap<String, Value>();
    for (Map.Entry<String, Integer> name : names.entrySet()) {
      Value value = frame.peek(name.getValue());
      if (value == null) continue;
      frame.context.spend(value.weight() / SHOWN);
      bindings.put(name.getKey(), value);
    }
    return new Result.Solution(expressions, bindings);
  }

  private static String expected(RegoCode code) {
    return switch (code) {
      case REGO_CONFLICT -> "one value";
      case REGO_EXHAUSTED -> "an evaluation within its bounds";
      case REGO_BUILTIN, REGO_OPERAND, REGO_HOST -> "arguments that the function takes";
      default -> "a policy that can be evaluated";
    };
  }

  private static String next(RegoCode code) {
    return switch (code) {
      case REGO_CONFLICT -> "make the rules exclude each other";
      case REGO_EXHAUSTED -> "simplify the policy, or allow it more";
      case REGO_BUILTIN, REGO_OPERAND, REGO_HOST -> "look at the arguments with print";
      default -> "correct the policy";
    };
  }
}
