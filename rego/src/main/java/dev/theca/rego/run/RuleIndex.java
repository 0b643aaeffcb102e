package dev.theca.rego.run;

import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which rules of a document may hold for what stands at one place of the input: rules that demand
 * another constant there are not tried.
 */
public final class RuleIndex {
  /** Below so many rules that share a place, trying them all costs no more. */
  private static final int WORTH = 4;

  /** What a rule demands: this value at this path of the input. */
  public record Demand(List<Value> path, Value value) {
    public Demand {
      path = List.copyOf(path);
    }
  }

  private final List<Value> path;
  private final Map<Value, List<RulePlan>> byValue = new HashMap<>();
  private final List<RulePlan> others = new ArrayList<>();

  private RuleIndex(List<Value> path, List<RulePlan> rules, List<List<Demand>> demands) {
    this.path = path;
    for (int i = 0; i < rules.size(); i++) {
      var value = demanded(demands.get(i), path);
      if (value.isPresent()) byValue.putIfAbsent(value.get(), new ArrayList<>());
    }
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      var value = demanded(demands.get(i), path);
      if (value.isPresent()) byValue.getOrDefault(value.get(), others).add(rule);
      else {
        others.add(rule);
        byValue.values().forEach(list -> list.add(rule));
      }
    }
  }

  /** An index over the place that most rules look at, where enough of them do. */
  public static Optional<RuleIndex> of(List<RulePlan> rules, List<List<Demand>> demands) {
    var votes = new HashMap<List<Value>, Integer>();
    for (var one : demands)
      for (var path : one.stream().map(Demand::path).distinct().toList())
        votes.merge(path, 1, Integer::sum);
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() >= WORTH)
        .max(Map.Entry.comparingByValue())
        .map(vote -> new RuleIndex(vote.getKey(), rules, demands));
  }

  private static Optional<Value> demanded(List<Demand> demands, List<Value> path) {
    return demands.stream().filter(one -> one.path.equals(path)).map(Demand::value).findFirst();
  }

  /** The rules worth trying, in their order. */
  List<RulePlan> candidates(Context context) {
    Value value = context.input;
    for (Value key : path) {
      if (value == null) break;
      value = value.at(key);
    }
    return value == null ? others : byValue.getOrDefault(value, others);
  }
}
