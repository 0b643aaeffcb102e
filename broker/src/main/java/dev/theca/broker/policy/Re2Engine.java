package dev.theca.broker.policy;

import com.google.re2j.Matcher;
import com.google.re2j.PatternSyntaxException;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.RegexEngine;
import dev.theca.rego.spi.RegexWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Regular expressions of RE2, the syntax and semantics of Go's: no pattern takes more than linear
 * time for one search, and what all searches read is paid for.
 */
public final class Re2Engine implements RegexEngine {
  /** An engine. */
  public Re2Engine() {}

  @Override
  public Pattern compile(String pattern) throws BuiltinFault {
    long weight = RegexWeight.of(pattern);
    try {
      return new Re2Pattern(com.google.re2j.Pattern.compile(pattern), weight);
    } catch (PatternSyntaxException e) {
      throw new BuiltinFault(String.valueOf(e.getMessage()));
    }
  }

  private record Re2Pattern(com.google.re2j.Pattern pattern, long weight) implements Pattern {
    @Override
    public boolean find(String text, LongConsumer spend) {
      return matcher(text, spend).find();
    }

    private Matcher matcher(String text, LongConsumer spend) {
      spend.accept(1 + weight / 64);
      return pattern.matcher(new PaidText(text, 1 + weight / 8, spend));
    }

    /** From character to character, not from code unit to code unit as the matcher would. */
    @Override
    public List<int[]> matches(String text, int limit, LongConsumer spend) {
      var matches = new ArrayList<int[]>();
      Matcher matcher = matcher(text, spend);
      int at = 0;
      int end = -1;
      while (at <= text.length() && (limit < 0 || matches.size() < limit) && matcher.find(at)) {
        boolean empty = matcher.start() == matcher.end();
        if (!empty || matcher.start() != end) {
          spend.accept(2L * matcher.groupCount() + 2);
          matches.add(groups(matcher));
        }
        end = matcher.end();
        at = end;
        if (empty) at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 1;
      }
      return matches;
    }

    private static int[] groups(Matcher matcher) {
      int[] groups = new int[2 * matcher.groupCount() + 2];
      for (int i = 0; i <= matcher.groupCount(); i++) {
        groups[2 * i] = matcher.start(i);
        groups[2 * i + 1] = matcher.end(i);
      }
      return groups;
    }

    @Override
    public List<String> groups() {
      String[] names = new String[pattern.groupCount() + 1];
      Arrays.fill(names, "");
      pattern.namedGroups().forEach((name, index) -> names[index] = name);
      return List.of(names);
    }
  }
}
