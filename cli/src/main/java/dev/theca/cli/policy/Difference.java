package dev.theca.cli.policy;

import java.util.List;

/** What changes between two texts: the lines from the first to the last that differ. */
final class Difference {
  private Difference() {}

  static String of(String before, String after) {
    var old = before.lines().toList();
    var now = after.lines().toList();
    int same = 0;
    int most = Math.min(old.size(), now.size());
    while (same < most && old.get(same).equals(now.get(same))) same++;
    int end = 0;
    while (end < most - same && old.get(old.size() - 1 - end).equals(now.get(now.size() - 1 - end)))
      end++;
    var out = new StringBuilder();
    out.append("@@ -").append(same + 1).append(" +").append(same + 1).append(" @@");
    lines(out, '-', old.subList(same, old.size() - end));
    lines(out, '+', now.subList(same, now.size() - end));
    return out.toString();
  }

  private static void lines(StringBuilder out, char sign, List<String> lines) {
    for (String line : lines) out.append('\n').append(sign).append(line);
  }
}
