package dev.theca.rego.compile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The variables of one rule: where each lies, and which have values at this point of the plan. */
final class Slots {
  private final Map<String, Integer> slots;
  private final Set<String> bound;

  Slots() {
    this(new HashMap<>(), new HashSet<>());
  }

  private Slots(Map<String, Integer> slots, Set<String> bound) {
    this.slots = slots;
    this.bound = bound;
  }

  /** The same places; what gets a value in a closure has none outside. */
  Slots inner() {
    return new Slots(slots, new HashSet<>(bound));
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
