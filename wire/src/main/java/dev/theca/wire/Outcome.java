package dev.theca.wire;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An answer: granted with a value, or refused with reasons. "No" is an answer here; a fault (disk,
 * socket, bug) is an exception and never hides in this type.
 */
public sealed interface Outcome<T> {
  /** The answer is yes, and this is the value. */
  record Granted<T>(T value) implements Outcome<T> {
    @Override
    public <U> Outcome<U> then(Function<? super T, Outcome<U>> next) {
      return next.apply(value);
    }

    @Override
    public T orThrow() {
      return value;
    }
  }

  /** The answer is no; at least one reason, the deciding one first. */
  record Refused<T>(List<Refusal> reasons) implements Outcome<T> {
    public Refused {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) throw new IllegalArgumentException("a refusal needs a reason");
    }

    @Override
    public <U> Outcome<U> then(Function<? super T, Outcome<U>> next) {
      return as();
    }

    @Override
    public T orThrow() {
      throw new RefusedException(reasons);
    }

    /** As its reasons print: it may come into a log or a message by chance. */
    @Override
    public String toString() {
      return reasons.stream().map(Refusal::toString).collect(Collectors.joining("; "));
    }

    /** The same refusal where another value type is expected. */
    @SuppressWarnings("unchecked")
    public <U> Outcome<U> as() {
      return (Outcome<U>) this;
    }
  }

  static <T> Outcome<T> granted(T value) {
    return new Granted<>(value);
  }

  static <T> Outcome<T> refused(Refusal reason) {
    return new Refused<>(List.of(reason));
  }

  static <T> Outcome<T> refused(List<Refusal> reasons) {
    return new Refused<>(reasons);
  }

  static <T> Outcome<T> refused(
      Code code, String what, String expected, String found, String next) {
    return refused(new Refusal(code, what, expected, found, next));
  }

  /** Continues with the value; a refusal passes through unchanged. */
  <U> Outcome<U> then(Function<? super T, Outcome<U>> next);

  default <U> Outcome<U> map(Function<? super T, ? extends U> change) {
    return then(value -> granted(change.apply(value)));
  }

  default boolean isGranted() {
    return this instanceof Granted;
  }

  /**
   * The value, or {@link RefusedException}: for tests and for borders where a refusal ends the
   * program.
   */
  T orThrow();
}
