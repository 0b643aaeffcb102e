package dev.theca.rego.spi;

import dev.theca.rego.value.Kind;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Which kinds of value are meant.
 *
 * @param kinds one bit for each {@link Kind}
 * @param words their names in the order in which messages name them
 */
public record Type(int kinds, String words) {
  /** Every kind. */
  public static final Type ANY = new Type((1 << Kind.values().length) - 1, "any");

  /** {@code "array|set"}, {@code "any"}. */
  static Type parse(String text) {
    int kinds = 0;
    var words = new StringJoiner(", ", "one of {", "}");
    for (String word : text.strip().split("\\|")) {
      if (word.equals("any")) return ANY;
      kinds |= Kind.valueOf(word.toUpperCase(Locale.ROOT)).bit();
      words.add(word);
    }
    return new Type(kinds, Integer.bitCount(kinds) == 1 ? text.strip() : words.toString());
  }

  /** Whether this kind is among them. */
  public boolean allows(Kind kind) {
    return (kinds & kind.bit()) != 0;
  }

  /** Whether it is every kind. */
  public boolean everything() {
    return kinds == ANY.kinds;
  }

  /** {@code one of {array, set}}, or the one word. */
  @Override
  public String toString() {
    return words;
  }
}
