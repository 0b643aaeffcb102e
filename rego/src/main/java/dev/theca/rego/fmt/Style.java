package dev.theca.rego.fmt;

import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Module.Import;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the file's syntax asks for.
 *
 * @param contains whether elements of sets are written with it
 * @param ifs whether bodies are
 * @param longHeads whether a head of more than two parts makes all heads be written with dots
 * @param keywords that need brackets when they were written in them
 * @param taken all keywords
 */
record Style(
    boolean v1,
    boolean contains,
    boolean ifs,
    boolean longHeads,
    Set<String> keywords,
    Set<String> taken) {
  private static final Set<String> OLD =
      Set.of(
          "not", "package", "import", "as", "default", "else", "with", "null", "true", "false",
          "some");
  private static final Set<String> NEW = Set.of("if", "contains", "in", "every");

  static Style of(Target target, List<Import> imports, boolean longHeads) {
    var keywords = new HashSet<>(OLD);
    boolean contains = target.isV1();
    boolean ifs = target.isV1();
    if (target.isV1()) keywords.addAll(NEW);
    var taken = new HashSet<>(keywords);
    for (Import one : imports) {
      if (isV1(one) || isAllFuture(one)) {
        contains = true;
        ifs = true;
        taken.addAll(NEW);
      } else if (isFuture(one)) {
        String word = one.path().getLast();
        contains |= word.equals("contains");
        ifs |= word.equals("if");
        keywords.add(word);
        taken.add(word);
      }
    }
    return new Style(target.isV1(), contains, ifs, longHeads, keywords, taken);
  }

  static boolean isV1(Module.Import one) {
    return one.path().equals(List.of("rego", "v1"));
  }

  static boolean isFuture(Module.Import one) {
    return one.path().size() >= 2 && one.path().getFirst().equals("future");
  }

  private static boolean isAllFuture(Module.Import one) {
    return one.path().equals(List.of("future", "keywords"));
  }

  /** Whether a step of a reference needs brackets and quotes. */
  boolean needsBrackets(String name, boolean quoted) {
    return !isName(name) || quoted && keywords.contains(name);
  }

  /** Whether a name is a keyword, so that a rule can have it only with a step behind it. */
  boolean isTaken(String name) {
    return taken.contains(name);
  }

  static boolean isName(String text) {
    if (text.isEmpty() || Character.isDigit(text.charAt(0))) return false;
    return text.chars()
        .allMatch(
            c -> c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9');
  }
}
