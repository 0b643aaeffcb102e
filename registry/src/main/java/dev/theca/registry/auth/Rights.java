package dev.theca.registry.auth;

import dev.theca.registry.store.Names;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Which repositories may be pulled from and pushed to, as text: {@code push=team/*,pull=*}. A
 * pattern is a repository, a folder of them with {@code /*} at its end, or {@code *} for all.
 */
public record Rights(List<Rule> rules) {
  public static final Rights NONE = new Rights(List.of());
  public static final Rights ALL = new Rights(List.of(new Rule(Action.PUSH, "*")));
  private static final int MAX_RULES = 64;

  public Rights {
    rules = List.copyOf(rules);
  }

  /** One right. */
  public record Rule(Action action, String pattern) {
    boolean covers(Action wanted, String repository) {
      if (action == Action.PULL && wanted == Action.PUSH) return false;
      if (pattern.equals("*") || pattern.equals(repository)) return true;
      return pattern.endsWith("/*")
          && repository.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    @Override
    public String toString() {
      return (action == Action.PUSH ? "push=" : "pull=") + pattern;
    }
  }

  public static Outcome<Rights> parse(String text) {
    if (text.isEmpty()) return Outcome.granted(NONE);
    var rules = new ArrayList<Rule>();
    for (String part : text.split(",", MAX_RULES + 1)) {
      String pattern = part.substring(part.indexOf('=') + 1);
      String folder = pattern.endsWith("/*") ? pattern.substring(0, pattern.length() - 2) : pattern;
      boolean right = pattern.equals("*") || Names.isRepository(folder);
      if (right && part.startsWith("push=")) rules.add(new Rule(Action.PUSH, pattern));
      else if (right && part.startsWith("pull=")) rules.add(new Rule(Action.PULL, pattern));
      else return wrong(part);
    }
    return rules.size() > MAX_RULES
        ? wrong(rules.size() + " rules")
        : Outcome.granted(new Rights(rules));
  }

  private static <T> Outcome<T> wrong(String found) {
    return Outcome.refused(
        Code.of("registry-rights"),
        "right",
        "push=PATTERN or pull=PATTERN, at most " + MAX_RULES + ", joined by commas",
        "'" + (found.length() > 100 ? found.substring(0, 100) : found) + "'",
        "write for example push=team/*,pull=*");
  }

  public boolean allow(Action action, String repository) {
    return rules.stream().anyMatch(rule -> rule.covers(action, repository));
  }

  @Override
  public String toString() {
    return String.join(",", rules.stream().map(Rule::toString).toList());
  }
}
