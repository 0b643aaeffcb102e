package dev.theca.rego.fmt;

import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Module.Import;
import dev.theca.rego.fmt.Page.Note;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.LaidOut;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Writes policies in the form that {@code opa fmt} gives them. The tree of the result is that of
 * the text, and the form of the result is the result itself. A part with a comment at a place that
 * the form does not know stays as it was written.
 */
public final class Formatter {
  private Formatter() {}

  /** The text in its usual form, in the syntax in which it is. */
  public static Outcome<String> format(String file, String text, Syntax syntax) {
    return format(file, text, syntax == Syntax.V0 ? Target.V0 : Target.V1);
  }

  /** The text in its usual form. */
  public static Outcome<String> format(String file, String text, Target target) {
    return PolicyParser.laidOut(file, text, target.read())
        .then(
            read -> {
              try {
                String formed = format(text, read, target);
                return target == Target.V0_TO_BOTH
                    ? readable(file, formed)
                    : Outcome.granted(formed);
              } catch (StackOverflowError e) {
                return Outcome.refused(
                    RegoCode.REGO_LIMIT, file, "terms less deep", "too deep", "split it");
              }
            });
  }

  /** What the older syntax allows to be named as a keyword of version 1 has no form in both. */
  private static Outcome<String> readable(String file, String formed) {
    return switch (PolicyParser.module(file, formed, Syntax.V1)) {
      case Outcome.Granted<Module> _ -> Outcome.granted(formed);
      case Outcome.Refused<Module>(var reasons) ->
          Outcome.refused(
              RegoCode.REGO_PARSE,
              file,
              "names that are no keywords in version 1",
              "in its form " + reasons.getFirst().found(),
              reasons.getFirst().next().replaceFirst("^correct", "rename what stands in"));
    };
  }

  private static String format(String text, LaidOut read, Target target) {
    var module = read.module();
    var source = new Source(text, read.layout());
    var imports = imports(read.layout().imports(), module, target);
    var rules = module.rules().stream().map(rule -> Written.of(rule, source)).toList();
    var style = Style.of(target, read.layout().imports(), rules.stream().anyMatch(Written::isLong));
    var rows = imports.stream().map(one -> one.at().line()).collect(Collectors.toSet());
    Predicate<Note> atImport = note -> rows.contains(note.row());
    var notes = module.comments().stream().map(Formatter::note).toList();
    var page = new Page(notes.stream().filter(atImport.negate()).toList());
    var importing = new Imports(page, source, style, notes.stream().filter(atImport).toList());
    page.commentsAbove(module.at().line());
    page.startLine();
    page.write("package " + importing.path(module.name(), module.at().line()));
    page.blankLine();
    sections(imports, rules, importing, new Rules(page, source, style));
    page.rest();
    return page.toString();
  }

  private static Note note(dev.theca.rego.ast.Comment comment) {
    return new Note(
        comment.at().line(), comment.at().column(), "#" + comment.text().stripTrailing());
  }

  /** Imports and rules in the order of the file. */
  private static void sections(
      List<Import> imports, List<Written> rules, Imports importing, Rules writing) {
    int i = 0;
    int r = 0;
    while (i < imports.size() || r < rules.size()) {
      int first = i;
      while (i < imports.size()
          && (r == rules.size() || isBefore(imports.get(i), rules.get(r).whole()))) i++;
      importing.write(imports.subList(first, i));
      int from = r;
      while (r < rules.size()
          && (i == imports.size() || !isBefore(imports.get(i), rules.get(r).whole()))) r++;
      writing.write(rules.subList(from, r));
    }
  }

  private static boolean isBefore(Import one, Source.Place rule) {
    Location at = one.at();
    return at.line() < rule.row() || at.line() == rule.row() && at.column() <= rule.column();
  }

  /** Without those of keywords where {@code rego.v1} makes them superfluous. */
  private static List<Import> imports(List<Import> written, Module module, Target target) {
    var imports = new ArrayList<>(written);
    if (target == Target.V0_TO_BOTH && imports.stream().noneMatch(Style::isV1))
      imports.add(v1(imports, module));
    if (imports.stream().anyMatch(Style::isV1)) imports.removeIf(Style::isFuture);
    imports.sort(
        java.util.Comparator.comparingInt((Import one) -> one.at().line())
            .thenComparingInt(one -> one.at().column()));
    return imports;
  }

  private static Import v1(List<Import> imports, Module module) {
    int row = imports.stream().filter(Style::isFuture).mapToInt(i -> i.at().line()).max().orElse(0);
    return new Import(
        new Location(module.at().file(), row + 1, 1), List.of("rego", "v1"), Optional.empty());
  }
}
