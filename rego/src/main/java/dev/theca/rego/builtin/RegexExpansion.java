package dev.theca.rego.builtin;

import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in the place of a match: {@code $1}, {@code ${1}}, {@code $name} and {@code ${name}}
 * are groups, a name without braces is as long as it can be, {@code $$} is one dollar, any other
 * dollar is itself. A group that is not there is empty.
 */
final class RegexExpansion {
  /** A text, or the groups of which the first that took part counts. */
  private record Part(String text, List<Integer> groups) {}

  private final List<Part> parts = new ArrayList<>();

  private RegexExpansion() {}

  static RegexExpansion of(Calling context, String template, List<String> names) {
    context.spend(1L + template.length());
    var expansion = new RegexExpansion();
    int at = 0;
    while (at < template.length()) {
      int dollar = template.indexOf('$', at);
      if (dollar < 0 || dollar == template.length() - 1) break;
      expansion.literal(template.substring(at, dollar));
      at = dollar + 1;
      if (template.charAt(at) == '$') {
        expansion.literal("$");
        at++;
        continue;
      }
      boolean brace = template.charAt(at) == '{';
      int from = brace ? at + 1 : at;
      int to = from;
      while (to < template.length() && isNamed(template.codePointAt(to)))
        to += Character.charCount(template.codePointAt(to));
      if (to == from || brace && (to == template.length() || template.charAt(to) != '}')) {
        expansion.literal("$");
        continue;
      }
      expansion.group(context, template.substring(from, to), names);
      at = brace ? to + 1 : to;
    }
    expansion.literal(template.substring(at));
    return expansion;
  }

  private static boolean isNamed(int c) {
    return Character.isLetter(c)
        || Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER
        || c == '_';
  }

  private void literal(String text) {
    if (!text.isEmpty()) parts.add(new Part(text, List.of()));
  }

  /** A number without zeros before it is an index, anything else a name. */
  private void group(Calling context, String name, List<String> names) {
    boolean number = name.length() <= 8 && name.chars().allMatch(c -> c >= '0' && c <= '9');
    var groups = new ArrayList<Integer>();
    if (number && (name.length() == 1 || name.charAt(0) != '0')) {
      int index = Integer.parseInt(name);
      if (index < names.size()) groups.add(index);
    } else {
      context.spend(names.size());
      for (int i = 0; i < names.size(); i++) if (names.get(i).equals(name)) groups.add(i);
    }
    parts.add(new Part("", groups));
  }

  void write(Calling context, String text, int[] match, StringBuilder out) {
    for (Part part : parts) {
      context.spend(1L + part.text().length());
      out.append(part.text());
      for (int group : part.groups()) {
        if (match[2 * group] < 0) continue;
        context.spend(match[2 * group + 1] - match[2 * group]);
        out.append(text, match[2 * group], match[2 * group + 1]);
        break;
      }
    }
  }
}
