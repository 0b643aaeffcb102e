package dev.theca.rego.spi;

import java.util.List;
import java.util.function.LongConsumer;

/**
 * Regular expressions of RE2's syntax, matched in time linear in the text. The room carries none: a
 * host that wants them registers one.
 */
public interface RegexEngine {
  /**
   * A pattern, ready.
   *
   * @throws BuiltinFault when it is none, or larger than {@link RegexWeight} allows
   */
  Pattern compile(String pattern) throws BuiltinFault;

  /**
   * A pattern, ready; may be used by several threads. What it does with a text it pays for as it
   * goes, in characters read times the weight of the pattern; what the payment throws ends it.
   */
  interface Pattern {
    /** Whether the pattern is found anywhere. */
    boolean find(String text, LongConsumer spend);

    /**
     * The matches from left to right that do not overlap, at most so many (negative: all): for each
     * the begin and the end of the whole and of every group in turn, -1 where a group took no part.
     * An empty match beside a match before it is left out, as Go does.
     */
    List<int[]> matches(String text, int limit, LongConsumer spend);

    /** Names of the groups, empty where one has none; the first is the whole. */
    List<String> groups();
  }

  /** What a room without regular expressions has: every pattern is refused. */
  static RegexEngine none() {
    return _ -> {
      throw new BuiltinFault("no engine for regular expressions is registered");
    };
  }
}
