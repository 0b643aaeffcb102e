package dev.theca.rego;

import dev.theca.rego.value.Value;
import java.util.List;
import java.util.Optional;

/**
 * Why a query found what it found: for every rule that was asked, what it gave and, where it gave
 * nothing, the condition that stood in the way and what that condition saw.
 *
 * @param value of the query, empty where undefined
 * @param failed the condition of the query itself that did not hold
 * @param rules that the query asked, each with those that it asked in turn
 */
public record Explanation(Optional<Value> value, Optional<Failed> failed, List<Rule> rules) {
  public Explanation {
    rules = List.copyOf(rules);
  }

  /**
   * A rule that was asked; asked again, it is not listed again.
   *
   * @param name such as {@code data.policy.allow}
   * @param attempts one for each body that was tried, in order
   */
  public record Rule(String name, List<Attempt> attempts) {
    public Rule {
      attempts = List.copyOf(attempts);
    }
  }

  /** A body that was tried. */
  public record Attempt(
      Location at, Optional<Value> value, Optional<Failed> failed, List<Rule> rules) {
    public Attempt {
      rules = List.copyOf(rules);
    }
  }

  /** The condition that stood in the way, and what it saw. */
  public record Failed(Condition condition, List<Seen> seen) {
    public Failed {
      seen = List.copyOf(seen);
    }
  }

  /** Something that a condition looked at; without a value it was undefined. */
  public record Seen(String text, Optional<Value> value) {}
}
