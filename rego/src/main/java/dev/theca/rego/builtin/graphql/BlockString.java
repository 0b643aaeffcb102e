package dev.theca.rego.builtin.graphql;

import java.util.Arrays;
import java.util.List;

/**
 * The value of a block string: without the indent that its lines have in common and without blank
 * lines around it. The first line counts for the indent, as in Open Policy Agent, though the
 * specification (2.9.4) leaves it out.
 */
final class BlockString {
  private BlockString() {}

  static String of(String raw) {
    String[] lines = raw.split("\n", -1);
    int common = Integer.MAX_VALUE;
    for (String line : lines) if (!isBlank(line)) common = Math.min(common, indent(line));
    if (common != Integer.MAX_VALUE)
      for (int i = 1; i < lines.length; i++)
        lines[i] = lines[i].substring(Math.min(common, lines[i].length()));
    int from = 0;
    int to = lines.length;
    while (from < to && isBlank(lines[from])) from++;
    while (from < to && isBlank(lines[to - 1])) to--;
    List<String> kept = Arrays.asList(lines).subList(from, to);
    return String.join("\n", kept);
  }

  private static boolean isBlank(String line) {
    return indent(line) == line.length();
  }

  private static int indent(String line) {
    int at = 0;
    while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) at++;
    return at;
  }
}
