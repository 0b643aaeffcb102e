package dev.theca.node.install.toml;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Changes of a {@link TomlFile}: everything that is not named stays byte for byte, comments and
 * line ends too. What cannot be said in the file's own shape (a table that is written as an inline
 * value) is refused, not rewritten.
 */
public final class TomlEdit {
  private static final String BARE = "[A-Za-z0-9_-]+";

  private TomlEdit() {}

  /** Sets a key: replaces its value, or adds a line to its table, which is made if needed. */
  public static Outcome<TomlFile> set(TomlFile file, List<String> path, String raw) {
    var there = file.pair(path);
    if (there.isPresent()) {
      TomlFile.Span span = there.get().value();
      return TomlFile.parse(spliced(file.text(), span.from(), span.to(), raw));
    }
    var table = path.subList(0, path.size() - 1);
    String line = key(path.getLast()) + " = " + raw + newline(file);
    if (table.isEmpty())
      return TomlFile.parse(inserted(file.text(), top(file), line, newline(file)));
    var header = file.header(table);
    if (header.isPresent()) {
      String indent = indent(file.text(), header.get().line()) + "  ";
      return TomlFile.parse(
          inserted(file.text(), header.get().end(), indent + line, newline(file)));
    }
    return append(file, List.of(table), header(table) + newline(file) + line);
  }

  /** Adds text with new tables at the end; refuses when one of them is there in any form. */
  public static Outcome<TomlFile> append(TomlFile file, List<List<String>> tables, String block) {
    for (var table : tables) {
      for (var pair : file.pairs())
        if (TomlFile.startsWith(table, pair.path())
            || pair.path().size() > table.size() && TomlFile.startsWith(pair.path(), table))
          return Outcome.refused(
              Code.of("toml-shape"),
              "table " + String.join(".", table),
              "absent, or written with a header",
              "written as key " + String.join(".", pair.path()),
              "write it as [" + String.join(".", table) + "]");
      if (file.header(table).isPresent())
        return Outcome.refused(
            Code.of("toml-shape"),
            "table " + String.join(".", table),
            "absent",
            "there already",
            "remove it, it would be written by this command");
    }
    String adapted = block.replace("\n", newline(file)).replace("\r\r", "\r");
    return TomlFile.parse(inserted(file.text(), file.text().length(), adapted, newline(file)));
  }

  /** Adds an element to an array of values, which is made if needed. */
  public static Outcome<TomlFile> add(TomlFile file, List<String> path, String raw) {
    var there = file.pair(path);
    if (there.isEmpty()) return set(file, path, "[" + raw + "]");
    var pair = there.get();
    if (pair.kind() != TomlFile.Kind.ARRAY)
      return Outcome.refused(
          Code.of("toml-shape"), String.join(".", path), "an array", file.raw(pair), "correct it");
    if (pair.items().isEmpty()) {
      int open = pair.value().from() + 1;
      return TomlFile.parse(spliced(file.text(), open, open, raw));
    }
    int end = pair.items().getLast().to();
    return TomlFile.parse(spliced(file.text(), end, end, ", " + raw));
  }

  /** Takes an element out of an array of values; the same file when it is not there. */
  public static Outcome<TomlFile> drop(TomlFile file, List<String> path, String raw) {
    var there = file.pair(path);
    if (there.isEmpty()) return Outcome.granted(file);
    var items = there.get().items();
    for (int i = items.size() - 1; i >= 0; i--) {
      if (!file.raw(items.get(i)).equals(raw)) continue;
      int from = i > 0 ? items.get(i - 1).to() : items.get(i).from();
      int to = i > 0 || items.size() == 1 ? items.get(i).to() : items.get(1).from();
      return TomlFile.parse(spliced(file.text(), from, to, ""));
    }
    return Outcome.granted(file);
  }

  /** Takes a key's line out; the same file when it is not there. */
  public static Outcome<TomlFile> unset(TomlFile file, List<String> path) {
    var pair = file.pair(path);
    if (pair.isEmpty()) return Outcome.granted(file);
    return TomlFile.parse(spliced(file.text(), pair.get().line(), pair.get().end(), ""));
  }

  /** Takes tables out, with everything below them; lines of comments beside them stay. */
  public static Outcome<TomlFile> without(TomlFile file, List<List<String>> tables) {
    var cuts = new ArrayList<TomlFile.Span>();
    for (var header : file.headers()) {
      if (tables.stream().anyMatch(t -> TomlFile.startsWith(header.path(), t)))
        cuts.add(new TomlFile.Span(header.line(), header.end()));
    }
    for (var pair : file.pairs()) {
      var table = pair.path().subList(0, pair.table());
      if (tables.stream().anyMatch(t -> TomlFile.startsWith(table, t)))
        cuts.add(new TomlFile.Span(pair.line(), pair.end()));
    }
    cuts.sort(Comparator.comparingInt(TomlFile.Span::from));
    var out = new StringBuilder();
    int at = 0;
    for (var cut : cuts) {
      out.append(file.text(), at, cut.from());
      at = cut.to();
    }
    return TomlFile.parse(out.append(file.text().substring(at)).toString());
  }

  /** Takes out the lines from one that is {@code first} to the next that is {@code last}. */
  public static Outcome<TomlFile> withoutLines(TomlFile file, String first, String last) {
    var lines = file.text().split("(?<=\n)", -1);
    var kept = new StringBuilder();
    boolean inside = false;
    int found = 0;
    for (String line : lines) {
      if (!inside && line.strip().equals(first)) inside = true;
      if (!inside) kept.append(line);
      if (inside && line.strip().equals(last)) {
        inside = false;
        found++;
      }
    }
    return found == 1 && !inside ? TomlFile.parse(kept.toString()) : Outcome.granted(file);
  }

  /** A header line of a table. */
  public static String header(List<String> path) {
    return "[" + path.stream().map(TomlEdit::key).collect(Collectors.joining(".")) + "]";
  }

  /** A basic string. */
  public static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String key(String name) {
    return name.matches(BARE) ? name : quoted(name);
  }

  /** Where a key at the top may stand: below the last of them, before the first table. */
  private static int top(TomlFile file) {
    int end = 0;
    for (var pair : file.pairs()) if (pair.table() == 0) end = pair.end();
    return end;
  }

  private static String newline(TomlFile file) {
    int first = file.text().indexOf('\n');
    return first > 0 && file.text().charAt(first - 1) == '\r' ? "\r\n" : "\n";
  }

  private static String indent(String text, int line) {
    int end = line;
    while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) end++;
    return text.substring(line, end);
  }

  private static String inserted(String text, int at, String what, String newline) {
    boolean open = at > 0 && text.charAt(at - 1) != '\n';
    return spliced(text, at, at, open ? newline + what : what);
  }

  private static String spliced(String text, int from, int to, String what) {
    return text.substring(0, from) + what + text.substring(to);
  }
}
