package dev.theca.rego.builtin;

import dev.theca.rego.spi.Calling;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many texts and what to replace them by. Where several begin at one place the first in order wins;
 * in the order of texts that is the shortest.
 */
final class Replacer {
  private final Map<Character, Replacer> next = new HashMap<>();
  private @Nullable String by;

  private Replacer() {}

  static Replacer of(Calling context, Map<String, String> patterns) {
    var root = new Replacer();
    patterns.forEach(
        (old, by) -> {
          context.spend(1 + old.length());
          Replacer node = root;
          for (int i = 0; i < old.length(); i++)
            node = node.next.computeIfAbsent(old.charAt(i), _ -> new Replacer());
          node.by = by;
        });
    return root;
  }

  /** The empty pattern, the first of all, is not found twice at one place. */
  String replace(Calling context, String text) {
    var out = new StringBuilder();
    int from = 0;
    boolean emptyBefore = false;
    int i = 0;
    while (i <= text.length()) {
      String found = emptyBefore ? null : by;
      int end = i;
      if (found == null) {
        Replacer node = this;
        while (found == null && end < text.length()) {
          node = node.next.get(text.charAt(end));
          if (node == null) break;
          end++;
          found = node.by;
        }
      }
      context.spend(1 + end - i);
      emptyBefore = found != null && end == i;
      if (found == null) {
        i++;
        continue;
      }
      context.spend(found.length());
      out.append(text, from, i).append(found);
      i = end;
      from = end;
    }
    return from == 0 && out.isEmpty() ? text : out.append(text, from, text.length()).toString();
  }
}
