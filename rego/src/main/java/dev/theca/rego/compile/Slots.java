package dev.theca.rego.compile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The variables of one rule: where each lies, and which have values at this point of the plan. */
final class Slots {
  private final Map<String, Integer> slots;
  private final Set<String> bound;
  private final Map<String, Tree> calls;

  Slots() {
    this(new HashMap<>(), new HashSet<>(), new HashMap<>());
  }

  private Slots(Map<String, Integer> slots, Set<String> bound, Map<String, Tree> calls) {
    this.slots = slots;
    this.bound = bound;
    this.calls = calls;
  }

  /** Notes which call a stage's own variable holds the result of. */
  void call(String name, Tree call) {
    calls.put(name, written(call));
  }

  /** The term as it was written: calls in the place of the variables of their results. */
  Tree written(Tree tree) {
    if (tree instanceof Tree.Name(var at, String name)) return calls.getOrDefault(name, tree);
    return tree.map(this::written, body -> body);
  }

  /** The same places; what gets a value in a closure has none outside. */
  Slots inner() {
    return new Slots(slots, new HashSet<>(bound), calls);
  }

  int slot(String name) {
    return slots.computeIfAbsent(name, _ -> slots.size());
  }

  int bind(String name) {
    bound.add(name);
    return slot(name);
  }

  boolean isBound(String name) {
    return bound.contains(name);
  }

  int size() {
    return slots.size();
  }

  Map<String, Integer> all() {
    return slots;
  }
}
