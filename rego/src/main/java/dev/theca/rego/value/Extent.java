package dev.theca.rego.value;

/**
 * How large a value is when it is written out, although equal parts of it may be one in memory: a
 * few rules that each name the one before twice make a value that no time is enough to look at.
 */
final class Extent {
  private static final int CHARS = 4;

  private int weight;
  private int height;

  /** Of an array or a set. */
  static Extent of(Iterable<Value> parts) {
    var all = new Extent();
    for (Value part : parts) all.add(part);
    return all;
  }

  /** Of an object. */
  static Extent of(ObjectValue object) {
    var all = new Extent();
    object
        .members()
        .forEach(
            (key, member) -> {
              all.add(key);
              all.add(member);
            });
    return all;
  }

  static int of(TextValue text) {
    return 1 + text.text().length() / CHARS;
  }

  private void add(Value part) {
    weight = (int) Math.min(Integer.MAX_VALUE - 1L, (long) weight + part.weight());
    height = Math.max(height, part.height());
  }

  /** What it holds and itself; never more than the largest number. */
  int weight() {
    return weight + 1;
  }

  /** How deep parts lie within each other; one where there are none. */
  int height() {
    return height + 1;
  }
}
