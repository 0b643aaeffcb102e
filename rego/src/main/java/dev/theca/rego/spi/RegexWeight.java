package dev.theca.rego.spi;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large the program of a regular expression becomes, from its text alone: a few characters such
 * as {@code ((a{900}){900}){900}} can ask for more memory than there is. Refuses what Go refuses
 * (repeats of repeats beyond 1000 in all, groups too deep), and programs beyond {@link #MAX}.
 */
public final class RegexWeight {
  /** Steps of the largest program. */
  public static final long MAX = 200_000;

  private static final int MAX_REPEAT = 1000;
  private static final int MAX_DEPTH = 500;

  private final String pattern;
  private int at;

  /** The group that is being read. */
  private Group group = new Group();

  private static final class Group {
    long size;
    long repeat = 1;

    /** The last atom, of which a repeat may follow. */
    long atomSize;

    long atomRepeat = 1;

    void atom(long size, long repeat) {
      this.size += size;
      this.repeat = Math.max(this.repeat, repeat);
      atomSize = size;
      atomRepeat = repeat;
    }
  }

  private RegexWeight(String pattern) {
    this.pattern = pattern;
  }

  /**
   * About how many steps the program has. What is no pattern has a weight too.
   *
   * @throws BuiltinFault when it is too large
   */
  public static long of(String pattern) throws BuiltinFault {
    return new RegexWeight(pattern).weight();
  }

  private long weight() throws BuiltinFault {
    Deque<Group> outer = new ArrayDeque<>();
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      switch (c) {
        case '(' -> {
          if (outer.size() == MAX_DEPTH) throw invalid("expression nests too deeply");
          outer.push(group);
          group = new Group();
        }
        case ')' -> {
          if (outer.isEmpty()) continue;
          Group inner = group;
          group = outer.pop();
          group.atom(inner.size + 2, inner.repeat);
        }
        case '[' -> bracket();
        case '\\' -> escape();
        case '{' -> repeat();
        case '*', '+', '?', '|' -> group.size++;
        default -> group.atom(1, 1);
      }
      if (group.size > MAX) throw invalid("expression too large");
    }
    long all = group.size;
    for (Group one : outer) all += one.size;
    if (all > MAX) throw invalid("expression too large");
    return all;
  }

  /** A class of characters counts for one step, and its text. */
  private void bracket() {
    int from = at;
    if (at < pattern.length() && pattern.charAt(at) == '^') at++;
    if (at < pattern.length() && pattern.charAt(at) == ']') at++;
    while (at < pattern.length() && pattern.charAt(at) != ']') {
      if (pattern.charAt(at) == '\\') at++;
      else if (pattern.startsWith("[:", at)) {
        int end = pattern.indexOf(":]", at + 2);
        if (end > 0) at = end + 1;
      }
      at++;
    }
    at = Math.min(at + 1, pattern.length());
    group.atom(1 + (at - from) / 8, 1);
  }

  private void escape() {
    if (at >= pattern.length()) return;
    char c = pattern.charAt(at++);
    if (c == 'Q') {
      int end = pattern.indexOf("\\E", at);
      for (int to = end < 0 ? pattern.length() : end; at < to; at++) group.atom(1, 1);
      return;
    }
    boolean braced = c == 'p' || c == 'P' || c == 'x';
    if (braced && at < pattern.length() && pattern.charAt(at) == '{') {
      int end = pattern.indexOf('}', at);
      at = end < 0 ? pattern.length() : end + 1;
    }
    group.atom(1, 1);
  }

  /** {@code {n}}, {@code {n,}}, {@code {n,m}}; any other brace is itself. */
  private void repeat() throws BuiltinFault {
    int end = pattern.indexOf('}', at);
    String inside = end < 0 || end - at > 32 ? "" : pattern.substring(at, end);
    int comma = inside.indexOf(',');
    String low = comma < 0 ? inside : inside.substring(0, comma);
    String high = comma < 0 ? "" : inside.substring(comma + 1);
    if (low.isEmpty() || !isNumber(low) || !isNumber(high)) {
      group.atom(1, 1);
      return;
    }
    at = end + 1;
    long times = Math.max(number(low), number(high));
    long repeat = group.atomRepeat * Math.max(1, times);
    if (repeat > MAX_REPEAT) throw invalid("invalid repeat count: `{" + inside + "}`");
    long before = group.size - group.atomSize;
    group.size = before;
    group.atom(group.atomSize * Math.max(1, times) + 1, repeat);
  }

  private static boolean isNumber(String digits) {
    return digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static long number(String digits) {
    return digits.isEmpty() ? 0 : digits.length() > 9 ? MAX : Long.parseLong(digits);
  }

  private static BuiltinFault invalid(String what) {
    return new BuiltinFault("error parsing regexp: " + what);
  }
}
