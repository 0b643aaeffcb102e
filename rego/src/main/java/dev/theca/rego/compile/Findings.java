package dev.theca.rego.compile;

import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with policies, in the order found; enough is enough after {@link #MAX}. */
final class Findings {
  private static final int MAX = 100;

  private final List<Refusal> found = new ArrayList<>();

  /** Notes a mistake: where, what, what was expected, what to do. */
  void add(RegoCode code, Location at, String message, String expected, String next) {
    if (found.size() < MAX) found.add(new Refusal(code, at.toString(), expected, message, next));
  }

  /** Notes a mistake that another stage has put into words. */
  void add(Refusal refusal) {
    if (found.size() < MAX) found.add(refusal);
  }

  void compile(Location at, String message, String next) {
    add(RegoCode.REGO_COMPILE, at, message, "rules that fit together", next);
  }

  void type(Location at, String message, String next) {
    add(RegoCode.REGO_TYPE, at, message, "known functions and fitting arguments", next);
  }

  void unsafe(Location at, String message, String next) {
    add(RegoCode.REGO_UNSAFE_VAR, at, message, "a value for every variable", next);
  }

  void limit(Location at) {
    add(
        RegoCode.REGO_LIMIT,
        at,
        "too many conditions that wait for others",
        "bodies that can be put into order in a few attempts",
        "write conditions behind those that they need");
  }

  boolean any() {
    return !found.isEmpty();
  }

  List<Refusal> all() {
    return found.stream().distinct().toList();
  }
}
