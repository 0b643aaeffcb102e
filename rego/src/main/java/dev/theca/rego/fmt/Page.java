package dev.theca.rego.fmt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text that is made: lines, their indentation, and the comments that wait for their place. */
final class Page {
  private final StringBuilder out = new StringBuilder();
  private final List<Note> notes;
  private int next;
  private int level;
  private boolean inline;
  private boolean delayed;
  private @Nullable Note atEnd;

  /** Whether a comment in the last row of a part that stays as it was is written with it. */
  boolean keepsLast;

  Page(List<Note> notes) {
    this.notes = notes;
  }

  /** A comment: its row, and its text from the {@code #}. */
  record Note(int row, int column, String text) {
    boolean isMetadata() {
      return text.substring(1).strip().equals("METADATA");
    }
  }

  /** A state to return to. */
  record Mark(int length, int level, int next) {}

  Mark mark() {
    return new Mark(out.length(), level, next);
  }

  void reset(Mark mark) {
    out.setLength(mark.length);
    level = mark.level;
    next = mark.next;
  }

  void write(String text) {
    out.append(text);
  }

  void up() {
    level++;
  }

  void down() {
    level--;
  }

  boolean isInline() {
    return inline;
  }

  /** Between the lines: a new one begins. */
  void startIfNeeded() {
    if (!inline) startLine();
  }

  void startLine() {
    inline = true;
    out.repeat('\t', level);
  }

  void endLine() {
    inline = false;
    if (atEnd != null && !delayed) {
      out.append(' ').append(atEnd.text());
      atEnd = null;
    }
    delayed = false;
    out.append('\n');
  }

  void blankLine() {
    if (inline) endLine();
    out.append('\n');
  }

  /** The next end of a line leaves the comment to a later one. */
  void startSequence() {
    delayed = true;
    endLine();
    up();
    startLine();
  }

  private void line(String text) {
    startIfNeeded();
    out.append(text);
    endLine();
  }

  /** Writes the comments above a row, and keeps the one in it for the end of the line. */
  void comments(int row) throws InTheWay {
    int from = next;
    while (next < notes.size() && notes.get(next).row() < row) next++;
    lines(from, next);
    if (next > from && row - notes.get(next - 1).row() > 1) blankLine();
    if (!hasNextIn(row)) return;
    if (atEnd != null) throw new InTheWay();
    atEnd = notes.get(next++);
  }

  /** The same where no part could stay as it was: a second comment waits for a later line. */
  void commentsAbove(int row) {
    try {
      comments(row);
    } catch (InTheWay e) {
      // It is still there.
    }
  }

  private void lines(int from, int to) {
    boolean metadata = false;
    for (int i = from; i < to; i++) {
      Note note = notes.get(i);
      int gap = i == from ? 0 : note.row() - notes.get(i - 1).row();
      if (gap > 1) {
        blankLine();
        metadata = false;
      } else if (gap == 1 && metadata && note.isMetadata()) blankLine();
      metadata |= note.isMetadata();
      line(note.text());
    }
  }

  /** Behind the opening brace in a template. */
  void commentsInBraces(int row) {
    if (atEnd != null) {
      endLine();
      startLine();
      return;
    }
    int from = next;
    while (next < notes.size() && notes.get(next).row() < row) next++;
    if (next == from) return;
    write(" ");
    inline = true;
    lines(from, next);
  }

  /** Before the closing one. */
  void commentsBefore(int row) {
    int from = next;
    while (next < notes.size() && notes.get(next).row() < row) next++;
    if (next == from) return;
    endLine();
    lines(from, next);
    startLine();
  }

  /** All that are left. */
  void rest() {
    for (; next < notes.size(); next++) line(notes.get(next).text());
  }

  /** Whether a comment stands between two rows. */
  boolean hasBetween(int above, int below) {
    for (int i = next; i < notes.size() && notes.get(i).row() < below; i++)
      if (notes.get(i).row() > above) return true;
    return false;
  }

  boolean hasAbove(int row) {
    return next < notes.size() && notes.get(next).row() < row || atEnd != null;
  }

  boolean hasNextIn(int row) {
    return next < notes.size() && notes.get(next).row() == row;
  }

  boolean hasMore() {
    return next < notes.size();
  }

  /** Writes something that more follows in its row: a comment behind it has to wait. */
  boolean more(Part part) {
    boolean before = keepsLast;
    keepsLast = false;
    try {
      part.write();
      return true;
    } catch (InTheWay e) {
      return false;
    } finally {
      keepsLast = before;
    }
  }

  /** A part that may have to stay as it was written. */
  interface Part {
    void write() throws InTheWay;
  }

  /** Writes a part as it was, with the comments in it. */
  void asWritten(String text, int row, int lastRow) {
    if (atEnd != null && atEnd.row() >= row && atEnd.row() <= lastRow) atEnd = null;
    out.append(text);
    while (next < notes.size() && notes.get(next).row() < lastRow) next++;
    if (keepsLast && hasNextIn(lastRow)) out.append(' ').append(notes.get(next++).text());
  }

  @Override
  public String toString() {
    int end = out.length();
    while (end > 0 && out.charAt(end - 1) == '\n') end--;
    return out.substring(0, end) + (end < out.length() ? "\n" : "");
  }
}
