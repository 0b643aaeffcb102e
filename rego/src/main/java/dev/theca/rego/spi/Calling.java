package dev.theca.rego.spi;

import java.util.function.Supplier;

/** What a function sees of the evaluation that calls it. */
public interface Calling {
  /** Nanoseconds since 1970 that the caller of the evaluation gave: the same in all of it. */
  long nowNanos();

  /**
   * Says that so much is about to be made or done: items, characters or comparable steps. Ends the
   * evaluation where its limits do not allow it; to be called before the memory is taken.
   */
  void spend(long units);

  /** Something that is dear to make, kept until the end of the evaluation. */
  <T> T once(Object key, Supplier<T> make);

  /** The regular expressions of this host. */
  RegexEngine regex();

  /** The YAML of this host. */
  YamlEngine yaml();

  /** Takes what {@code print} shows. */
  void print(String line);
}
