package dev.theca.agent;

import dev.theca.agent.PolicyJson.Malformed;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a policy names: words, some of which end in a star that stands for any rest. A star alone is
 * none: it would name what nobody thought of.
 */
record Patterns(List<String> words) {
  static final Patterns NONE = new Patterns(List.of());

  private static final Pattern NAME = Pattern.compile("[^=*\\p{Cntrl}]+\\*?");
  private static final Pattern PATH = Pattern.compile("(/[^/*\\p{Cntrl}]+)+(/\\*)?");
  private static final Pattern DOTS = Pattern.compile(".*/\\.\\.?(/.*)?");

  Patterns {
    words = List.copyOf(words);
  }

  /** Names of variables; {@code REDIS_*} stands for all that begin so. */
  static Patterns names(List<String> words) throws Malformed {
    for (String word : words)
      if (!NAME.matcher(word).matches())
        throw new Malformed("names of variables in env, at most with a * at their end");
    return new Patterns(words);
  }

  /** Paths; {@code /etc/app/*} stands for all below, not for the folder itself. */
  static Patterns paths(List<String> words) throws Malformed {
    for (String word : words)
      if (!PATH.matcher(word).matches() || DOTS.matcher(word).matches())
        throw new Malformed("plain absolute paths in mounts, at most with /* at their end");
    return new Patterns(words);
  }

  boolean names(String text) {
    for (String word : words) {
      boolean open = word.endsWith("*");
      String begin = open ? word.substring(0, word.length() - 1) : word;
      if (open ? text.startsWith(begin) && !text.equals(begin) : text.equals(word)) return true;
    }
    return false;
  }

  @Override
  public String toString() {
    return words.toString();
  }
}
