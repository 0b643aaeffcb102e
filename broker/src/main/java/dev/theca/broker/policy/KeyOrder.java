package dev.theca.broker.policy;

import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which Go's yaml.v3 writes keys: letters after anything else unless digits stand
 * before them, numbers within texts by what they count.
 */
final class KeyOrder implements Comparator<int[]> {
  private static final KeyOrder ORDER = new KeyOrder();

  private KeyOrder() {}

  private record Key(TextValue name, int[] characters) {}

  static List<TextValue> sorted(List<Value> keys) {
    var all = new ArrayList<Key>();
    for (Value key : keys)
      if (key instanceof TextValue name) all.add(new Key(name, name.text().codePoints().toArray()));
    try {
      all.sort(Comparator.comparing(Key::characters, ORDER));
    } catch (IllegalArgumentException e) {
      // Numbers beyond 64 bits wrap around and may contradict each other: any order will do.
      all.sort(Comparator.comparing(Key::name));
    }
    return all.stream().map(Key::name).toList();
  }

  @Override
  public int compare(int[] a, int[] b) {
    for (int i = 0; i < a.length && i < b.length; i++) {
      if (a[i] == b[i]) continue;
      boolean letter = Character.isLetter(a[i]);
      boolean digits = i > 0 && Character.isDigit(a[i - 1]);
      if (letter != Character.isLetter(b[i])) return letter == digits ? -1 : 1;
      return letter ? Integer.compare(a[i], b[i]) : numbers(a, b, i);
    }
    return Integer.compare(a.length, b.length);
  }

  /** A zero behind other digits is part of their number and not the begin of one. */
  private static int numbers(int[] a, int[] b, int i) {
    long start = 0;
    if (a[i] == '0' || b[i] == '0')
      for (int j = i - 1; j >= 0 && Character.isDigit(a[j]) && start == 0; j--)
        if (a[j] != '0') start = 1;
    int endA = end(a, i);
    int endB = end(b, i);
    int byValue = Long.compare(number(a, i, endA, start), number(b, i, endB, start));
    if (byValue != 0) return byValue;
    return endA != endB ? Integer.compare(endA, endB) : Integer.compare(a[i], b[i]);
  }

  private static int end(int[] text, int from) {
    int end = from;
    while (end < text.length && Character.isDigit(text[end])) end++;
    return end;
  }

  private static long number(int[] text, int from, int end, long start) {
    long number = start;
    for (int i = from; i < end; i++) number = 10 * number + text[i] - '0';
    return number;
  }
}
