package dev.theca.evidence.audit;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;

/** The result of reading one input: the value, or why there is none; asked for by several steps. */
public sealed interface Parsed<T> {
  record Read<T>(T value) implements Parsed<T> {}

  record Unreadable<T>(Rejected why) implements Parsed<T> {}

  /** Reads bytes into a value. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws Rejected;
  }

  static <T> Parsed<T> of(Reading<T> reading) {
    try {
      return new Read<>(reading.read());
    } catch (Rejected e) {
      return new Unreadable<>(e);
    }
  }

  default T get() throws Rejected {
    return switch (this) {
      case Read<T>(var value) -> value;
      case Unreadable<T>(var why) -> throw why;
    };
  }

  /** The value; what is unreadable is refused under this step's own code. */
  default T get(EvidenceCode code, Step step) throws Rejected {
    return switch (this) {
      case Read<T>(var value) -> value;
      case Unreadable<T>(var why) -> throw why.as(code, step);
    };
  }
}
