package dev.theca.broker.policy;

import dev.theca.rego.Explanation;
import dev.theca.rego.Explanation.Attempt;
import dev.theca.rego.Explanation.Failed;
import dev.theca.rego.Explanation.Rule;
import dev.theca.rego.Explanation.Seen;
import dev.theca.rego.Location;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A condition that stood in the way of a rule: the innermost one, where rules ask rules.
 *
 * @param found what it looked at, such as {@code input.tee = "snp"}
 * @param seen the same, one by one
 */
public record Unmet(Location at, String condition, String found, List<Seen> seen) {
  private static final int MAX_TEXT = 400;
  private static final int MAX_DEPTH = 8;

  public Unmet {
    seen = List.copyOf(seen);
  }

  /** The rule of this name, wherever it was asked first. */
  public static Optional<Rule> rule(Explanation explanation, String name) {
    return find(explanation.rules(), name, 0);
  }

  private static Optional<Rule> find(List<Rule> rules, String name, int depth) {
    for (Rule rule : rules) if (rule.name().equals(name)) return Optional.of(rule);
    if (depth == MAX_DEPTH) return Optional.empty();
    for (Rule rule : rules)
      for (Attempt attempt : rule.attempts()) {
        var inner = find(attempt.rules(), name, depth + 1);
        if (inner.isPresent()) return inner;
      }
    return Optional.empty();
  }

  /** What stood in the way of each attempt at a rule, in order, each once. */
  public static List<Unmet> of(Rule rule) {
    var all = new LinkedHashSet<Unmet>();
    for (Attempt attempt : rule.attempts())
      attempt.failed().ifPresent(failed -> collect(failed, attempt.rules(), all, 0));
    return List.copyOf(all);
  }

  private static void collect(
      Failed failed, List<Rule> asked, LinkedHashSet<Unmet> all, int depth) {
    var inner = undefined(failed, asked);
    if (inner.isPresent() && depth < MAX_DEPTH) {
      for (Attempt attempt : inner.get().attempts())
        if (attempt.failed().isPresent())
          collect(attempt.failed().get(), attempt.rules(), all, depth + 1);
      return;
    }
    all.add(
        new Unmet(
            failed.condition().at(),
            shortened(failed.condition().text()),
            shown(failed),
            failed.seen()));
  }

  /**
   * The rule that the condition needed and that gave nothing. A condition under {@code not} failed
   * because its rules gave something, so none of them is to blame.
   */
  private static Optional<Rule> undefined(Failed failed, List<Rule> asked) {
    String text = failed.condition().text();
    if (text.startsWith("not ")) return Optional.empty();
    return asked.stream()
        .filter(rule -> text.contains(rule.name().substring(rule.name().lastIndexOf('.') + 1)))
        .filter(rule -> rule.attempts().stream().allMatch(a -> a.value().isEmpty()))
        .filter(rule -> rule.attempts().stream().anyMatch(a -> a.failed().isPresent()))
        .reduce((first, last) -> last);
  }

  private static String shown(Failed failed) {
    return shortened(
        failed.seen().stream()
            .map(
                seen ->
                    seen.text()
                        + " = "
                        + seen.value().map(v -> shortened(v + "")).orElse("undefined"))
            .distinct()
            .collect(Collectors.joining(", ")));
  }

  static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  /** For lists that are shown: the first so many. */
  public static List<Unmet> first(List<Unmet> all, int most) {
    return new ArrayList<>(all.subList(0, Math.min(most, all.size())));
  }
}
