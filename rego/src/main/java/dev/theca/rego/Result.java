package dev.theca.rego;

import dev.theca.rego.value.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a query found.
 *
 * @param solutions every way in which it holds, none where it is undefined
 * @param prints what policies printed, in order
 */
public record Result(List<Solution> solutions, List<String> prints) {
  public Result {
    solutions = List.copyOf(solutions);
    prints = List.copyOf(prints);
  }

  /** One way to hold. */
  public record Solution(List<Expression> expressions, Map<String, Value> bindings) {
    public Solution {
      expressions = List.copyOf(expressions);
      bindings = Collections.unmodifiableMap(new LinkedHashMap<>(bindings));
    }
  }

  /** A condition of the query and its value. */
  public record Expression(Value value, String text, Location at) {}

  /** The value of the first condition, where the query holds. */
  public Optional<Value> value() {
    if (solutions.isEmpty()) return Optional.empty();
    var expressions = solutions.getFirst().expressions();
    return expressions.isEmpty() ? Optional.empty() : Optional.of(expressions.getFirst().value());
  }

  /** Whether it is defined and true. */
  public boolean isTrue() {
    return value().filter(dev.theca.rego.value.BoolValue.TRUE::equals).isPresent();
  }
}
