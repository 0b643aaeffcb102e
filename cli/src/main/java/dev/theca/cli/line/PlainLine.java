package dev.theca.cli.line;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A command line that can be read without knowing anything: words, flags, options with a value.
 * Building the full parser costs more than most commands do; one that has to be quick reads its
 * plain lines by itself. A line that is anything else (help, a mistake, a repetition, a file of
 * arguments, an empty word) is none of ours, and the full parser has the word.
 */
public final class PlainLine {
  private final List<String> words;
  private final Set<String> flags;
  private final Map<String, String> values;

  private PlainLine(List<String> words, Set<String> flags, Map<String, String> values) {
    this.words = words;
    this.flags = flags;
    this.values = values;
  }

  /** With exactly so many words, and these names of flags and of options with a value. */
  public static Optional<PlainLine> of(
      List<String> arguments, int words, Set<String> flags, Set<String> options) {
    var found = new ArrayList<String>();
    var set = new HashSet<String>();
    var values = new HashMap<String, String>();
    for (int i = 0; i < arguments.size(); i++) {
      String each = arguments.get(i);
      if (isWord(each)) {
        found.add(each);
        continue;
      }
      if (flags.contains(each)) {
        if (!set.add(each)) return Optional.empty();
        continue;
      }
      int split = each.indexOf('=');
      String name = split < 0 ? each : each.substring(0, split);
      if (!options.contains(name) || split < 0 && i + 1 == arguments.size())
        return Optional.empty();
      String value = split < 0 ? arguments.get(++i) : each.substring(split + 1);
      if (!isWord(value) || values.put(name, value) != null) return Optional.empty();
    }
    if (found.size() != words) return Optional.empty();
    return Optional.of(new PlainLine(List.copyOf(found), Set.copyOf(set), Map.copyOf(values)));
  }

  private static boolean isWord(String text) {
    if (text.isEmpty()) return false;
    return switch (text.charAt(0)) {
      case '-', '@', '"', '\'' -> false;
      default -> true;
    };
  }

  public String word(int index) {
    return words.get(index);
  }

  public boolean has(String flag) {
    return flags.contains(flag);
  }

  public Optional<String> value(String option) {
    return Optional.ofNullable(values.get(option));
  }
}
