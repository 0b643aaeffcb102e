package dev.theca.rego.fmt;

import dev.theca.rego.Location;
import dev.theca.rego.ast.Literal;
import dev.theca.rego.ast.Term;
import dev.theca.rego.parse.Layout;
import dev.theca.rego.parse.Layout.Span;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The text as written, and the rows of its parts. */
final class Source {
  /** A closing bracket that is not there: before every row. */
  private static final int NOWHERE = -1;

  /** What the parser made up stands nowhere. */
  static final Place NONE = new Place(1, 1, 0, 0, 0);

  private final String text;
  private final Layout layout;
  private final int[] lines;

  Source(String text, Layout layout) {
    this.text = text;
    this.layout = layout;
    this.lines =
        IntStream.concat(
                IntStream.of(0),
                IntStream.range(0, text.length())
                    .filter(i -> text.charAt(i) == '\n')
                    .map(i -> i + 1))
            .toArray();
  }

  /**
   * Where a part stands.
   *
   * @param row of the part itself
   * @param from of its text, with parentheses around it
   */
  record Place(int row, int column, int at, int from, int to) {
    /** Whether it begins before the other. */
    int compare(Place other) {
      return row != other.row ? row - other.row : column - other.column;
    }
  }

  Layout layout() {
    return layout;
  }

  Place place(Span span) {
    int row = row(span.at());
    return new Place(row, span.at() - lines[row - 1] + 1, span.at(), span.from(), span.to());
  }

  Place of(Term term) {
    return layout.of(term).map(this::place).orElse(NONE);
  }

  Place of(Literal literal) {
    return layout.of(literal).map(this::place).orElse(NONE);
  }

  Place of(Literal.With with) {
    return layout.of(with).map(this::place).orElse(NONE);
  }

  Place of(Location at) {
    int offset = lines[at.line() - 1] + at.column() - 1;
    return new Place(at.line(), at.column(), offset, offset, offset);
  }

  private int row(int offset) {
    int found = Arrays.binarySearch(lines, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  String text(Place place) {
    return text.substring(place.from(), place.to());
  }

  boolean opens(Place place, char first) {
    return place.from() < place.to() && text.charAt(place.from()) == first;
  }

  /** Line ends within. */
  int breaks(int from, int to) {
    return to <= from ? 0 : row(to) - row(from);
  }

  /** The row at which the text ends, counted from the row of the part itself. */
  int lastRow(Place place) {
    return place.row() + breaks(place.from(), place.to());
  }

  /** The same, of what stands before an offset, without the gap before that. */
  int lastRow(Place place, int before) {
    int end = before > place.at() && before <= place.to() ? before : place.to();
    while (end > place.from() && " \t\r\n".indexOf(text.charAt(end - 1)) >= 0) end--;
    return place.row() + breaks(place.from(), end);
  }

  /** What stands in the row, from its first character that is no blank; nothing behind the end. */
  String line(int row) {
    if (row > lines.length) return "";
    int end = row < lines.length ? lines[row] : text.length();
    return text.substring(lines[row - 1], end).strip();
  }

  /** Whether the text of the part breaks before the text of its first member is found in it. */
  boolean breaksBefore(Place whole, Place first) {
    if (first.from() >= first.to()) return false;
    int found = text.indexOf(text(first), whole.from(), whole.to());
    int line = text.indexOf('\n', whole.from());
    return found > whole.from() && line > whole.from() && line < found;
  }

  /**
   * The row of the bracket that closes the first one. Brackets are counted wherever they stand, in
   * strings too, and rows from the first one: the form depends on it.
   */
  int closing(char open, char close, Place place) {
    return closing(open, close, place, place.from(), 0);
  }

  /** The same behind the first pair of other brackets. */
  int closing(char skipOpen, char skipClose, char open, char close, Place place) {
    int first = text.indexOf(skipOpen, place.from());
    if (first < 0 || first >= place.to()) return NOWHERE;
    int end = end(skipOpen, skipClose, first, place.to());
    return end < 0 ? NOWHERE : closing(open, close, place, end, breaks(first, end));
  }

  private int closing(char open, char close, Place place, int from, int rows) {
    int first = text.indexOf(open, from);
    if (first < 0 || first >= place.to()) return NOWHERE;
    int end = end(open, close, first, place.to());
    return end < 0 ? NOWHERE : place.row() + rows + breaks(first, end);
  }

  private int end(char open, char close, int first, int to) {
    int depth = 1;
    for (int i = first + 1; i < to; i++) {
      char c = text.charAt(i);
      if (c == open) depth++;
      else if (c == close && --depth == 0) return i;
    }
    return -1;
  }
}
