package dev.theca.broker.token;

import dev.theca.wire.json.JsonObject;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What follows from the claims of a token alone, made once for as long as the same verified claims
 * come again. Claims are told apart as objects, not by their content: a token that is verified anew
 * is looked at anew, and comparing costs nothing. Bounded: when full, all is forgotten.
 */
public final class Derived<T> {
  private record Same(JsonObject claims) {
    @Override
    @SuppressWarnings("ReferenceEquality") // that is the point
    public boolean equals(Object other) {
      return other instanceof Same(JsonObject theirs) && theirs == claims;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(claims);
    }
  }

  private final int most;
  private final Function<JsonObject, T> rule;
  private final ConcurrentHashMap<Same, T> known = new ConcurrentHashMap<>();

  /**
   * Derives by a rule that depends on nothing but the claims.
   *
   * @param most how many are kept
   */
  public Derived(int most, Function<JsonObject, T> rule) {
    this.most = most;
    this.rule = rule;
  }

  /** What follows from these claims. */
  public T of(JsonObject claims) {
    var key = new Same(claims);
    T there = known.get(key);
    if (there != null) return there;
    T made = rule.apply(claims);
    if (known.size() >= most) known.clear();
    known.put(key, made);
    return made;
  }
}
