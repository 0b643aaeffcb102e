package dev.theca.cli.policy;

import java.util.ArrayList;
import java.util.List;

/** A table in a box: the header centred, the rows to the left. */
final class Table {
  private Table() {}

  static String of(List<String> header, List<List<String>> rows) {
    var widths = new ArrayList<Integer>();
    for (int i = 0; i < header.size(); i++) {
      int width = width(header.get(i));
      for (var row : rows) width = Math.max(width, width(row.get(i)));
      widths.add(width);
    }
    var out = new StringBuilder();
    rule(out, widths, "┌", "┬", "┐");
    line(out, widths, header, true);
    rule(out, widths, "├", "┼", "┤");
    for (var row : rows) line(out, widths, row, false);
    rule(out, widths, "└", "┴", "┘");
    return out.toString();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static void rule(
      StringBuilder out, List<Integer> widths, String left, String middle, String right) {
    var parts = widths.stream().map(width -> "─".repeat(width + 2)).toList();
    out.append(left).append(String.join(middle, parts)).append(right).append('\n');
  }

  private static void line(
      StringBuilder out, List<Integer> widths, List<String> cells, boolean centred) {
    out.append('│');
    for (int i = 0; i < cells.size(); i++) {
      int gap = widths.get(i) - width(cells.get(i));
      int before = centred ? gap / 2 : 0;
      out.append(' ')
          .repeat(' ', before)
          .append(cells.get(i))
          .repeat(' ', gap - before)
          .append(" │");
    }
    out.append('\n');
  }
}
