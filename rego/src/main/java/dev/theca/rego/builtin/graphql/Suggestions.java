package dev.theca.rego.builtin.graphql;

import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code Did you mean "a", "b", or "c"?} for a name that is not there. */
final class Suggestions {
  private Suggestions() {}

  /** Empty where no name is near. */
  static String of(Calling context, String begin, String typed, List<String> names) {
    record Near(String name, int distance) {}
    var near = new ArrayList<Near>();
    int most = (int) (typed.length() * 0.4) + 1;
    for (String name : names) {
      // names that differ in length differ at least so much
      context.spend(1);
      if (Math.abs(name.length() - typed.length()) > most) continue;
      int distance = distance(context, typed, name);
      if (distance <= most) near.add(new Near(name, distance));
    }
    near.sort(Comparator.comparingInt(Near::distance));
    return text(begin, near.stream().map(Near::name).toList());
  }

  static String text(String begin, List<String> names) {
    List<String> quoted = names.stream().limit(5).map(name -> '"' + name + '"').toList();
    if (quoted.isEmpty()) return "";
    if (quoted.size() <= 2) return " " + begin + " " + String.join(" or ", quoted) + "?";
    String first = String.join(", ", quoted.subList(0, quoted.size() - 1));
    return " " + begin + " " + first + ", or " + quoted.getLast() + "?";
  }

  /** How many characters have to be changed, put in or taken out; another case is one change. */
  private static int distance(Calling context, String typed, String name) {
    if (typed.equals(name)) return 0;
    String a = typed.toLowerCase(Locale.ROOT);
    String b = name.toLowerCase(Locale.ROOT);
    if (a.equals(b)) return 1;
    context.spend((long) a.length() * b.length() / 8 + 1);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j - 1], row[j]) + 1);
      }
    }
    return row[b.length()];
  }
}
