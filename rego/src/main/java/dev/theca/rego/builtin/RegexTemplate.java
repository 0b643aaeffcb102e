package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;

/** The pattern of a text in which regular expressions stand between delimiters. */
final class RegexTemplate {
  private RegexTemplate() {}

  static String pattern(Calling context, String template, String start, String end)
      throws BuiltinFault {
    char open = delimiter("start", start);
    char close = delimiter("end", end);
    context.spend(1L + 2L * template.length());
    var pattern = new StringBuilder("^");
    int level = 0;
    int from = 0;
    int literal = 0;
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c == open) {
        if (++level == 1) from = i;
      } else if (c == close) {
        if (--level < 0) throw unbalanced(template);
        if (level > 0) continue;
        quote(template, literal, from, pattern);
        String inner = template.substring(from + 1, i);
        Regexes.compile(context, "^" + inner + "$");
        pattern.append('(').append(inner).append(')');
        literal = i + 1;
      }
    }
    if (level != 0) throw unbalanced(template);
    quote(template, literal, template.length(), pattern);
    return pattern.append('$').toString();
  }

  private static void quote(String text, int from, int to, StringBuilder out) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ("\\.+*?()|[]{}^$".indexOf(c) >= 0) out.append('\\');
      out.append(c);
    }
  }

  private static char delimiter(String which, String text) throws BuiltinFault {
    if (text.length() == 1 && text.charAt(0) < 128) return text.charAt(0);
    int size = Value.of(text).bytes().length;
    throw new BuiltinFault(
        which + " delimiter has to be exactly one character long but is " + size + " long");
  }

  private static BuiltinFault unbalanced(String template) {
    return new BuiltinFault("unbalanced braces in " + Value.of(template));
  }
}
