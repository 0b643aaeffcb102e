package dev.theca.rego.fmt;

import dev.theca.rego.fmt.Source.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Members in the order and in the rows in which they were written. */
final class Lines {
  private Lines() {}

  /** Groups of what stood in one row; the first may stand in a later row than what is before. */
  static <T> List<List<T>> of(List<T> members, Place before, Function<T, Place> place) {
    var sorted = new ArrayList<>(members);
    sorted.sort((a, b) -> place.apply(a).compare(place.apply(b)));
    var lines = new ArrayList<List<T>>();
    var line = new ArrayList<T>();
    int row = before.row();
    for (T member : sorted) {
      int own = place.apply(member).row();
      if (own > row && !line.isEmpty()) {
        lines.add(line);
        line = new ArrayList<>();
      }
      row = own;
      line.add(member);
    }
    lines.add(line);
    return lines;
  }
}
