package dev.theca.rego.fmt;

import dev.theca.rego.ast.Module.Import;
import dev.theca.rego.fmt.Page.Note;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes imports: sorted, within the groups that empty lines make. */
final class Imports {
  private static final Comparator<Import> ORDER =
      Comparator.comparing(Import::path, Imports::compare)
          .thenComparing(one -> one.alias().orElse(""));

  private final Page page;
  private final Source source;
  private final Style style;
  private final Map<Integer, Note> notes = new HashMap<>();

  Imports(Page page, Source source, Style style, List<Note> notes) {
    this.page = page;
    this.source = source;
    this.style = style;
    for (Note note : notes) this.notes.put(note.row(), note);
  }

  private static int compare(List<String> left, List<String> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = left.get(i).compareTo(right.get(i));
      if (order != 0) return order;
    }
    return left.size() - right.size();
  }

  void write(List<Import> imports) {
    var group = new ArrayList<Import>();
    for (Import one : imports) {
      if (!group.isEmpty() && one.at().line() - group.getLast().at().line() > 1) {
        group(group);
        group.clear();
      }
      group.add(one);
    }
    if (!group.isEmpty()) group(group);
  }

  private void group(List<Import> group) {
    page.commentsAbove(group.getFirst().at().line());
    for (Import one : group.stream().sorted(ORDER).toList()) {
      page.startLine();
      page.write("import " + path(one.path(), one.at().line()));
      one.alias().ifPresent(alias -> page.write(" as " + alias));
      Note note = notes.get(one.at().line());
      if (note != null) page.write(" " + note.text());
      page.endLine();
    }
    page.blankLine();
  }

  /** A path, in which keywords keep the brackets that they had. */
  String path(List<String> path, int row) {
    String line = source.line(row);
    var out = new StringBuilder(path.getFirst());
    for (String step : path.subList(1, path.size())) {
      String quoted = dev.theca.rego.value.Value.of(step).toString();
      boolean brackets = style.needsBrackets(step, line.contains("[" + quoted + "]"));
      out.append(brackets ? "[" + quoted + "]" : "." + step);
    }
    return out.toString();
  }
}
