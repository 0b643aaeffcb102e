package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.RegexEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.PatternSyntaxException;

/** The expressions of the JDK, which are near enough to RE2's for tests, and only for tests. */
public final class JdkRegexEngine implements RegexEngine {
  @Override
  public Pattern compile(String pattern) throws BuiltinFault {
    try {
      return new Jdk(java.util.regex.Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      throw new BuiltinFault("bad pattern: " + e.getDescription());
    }
  }

  private record Jdk(java.util.regex.Pattern pattern) implements Pattern {
    @Override
    public boolean find(String text, LongConsumer spend) {
      return pattern.matcher(text).find();
    }

    @Override
    public List<int[]> matches(String text, int limit, LongConsumer spend) {
      var matcher = pattern.matcher(text);
      var all = new ArrayList<int[]>();
      int end = -1;
      while ((limit < 0 || all.size() < limit) && matcher.find()) {
        if (matcher.start() == matcher.end() && matcher.start() == end) continue;
        end = matcher.end();
        int[] groups = new int[2 * matcher.groupCount() + 2];
        for (int i = 0; i <= matcher.groupCount(); i++) {
          groups[2 * i] = matcher.start(i);
          groups[2 * i + 1] = matcher.end(i);
        }
        all.add(groups);
      }
      return all;
    }

    @Override
    public List<String> groups() {
      var names = new String[pattern.matcher("").groupCount() + 1];
      java.util.Arrays.fill(names, "");
      pattern.namedGroups().forEach((name, index) -> names[index] = name);
      return List.of(names);
    }
  }
}
