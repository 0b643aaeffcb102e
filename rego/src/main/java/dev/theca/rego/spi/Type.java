package dev.theca.rego.spi;

import dev.theca.rego.value.Kind;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Which kinds of value are meant.
 *
 * @param kinds one bit for each {@link Kind}
 */
public record Type(int kinds) {
  /** Every kind. */
  public static final Type ANY = new Type((1 << Kind.values().length) - 1);

  /** {@code "array|set"}, {@code "any"}. */
  static Type parse(String text) {
    int kinds = 0;
    for (String word : text.strip().split("\\|")) {
      if (word.equals("any")) return ANY;
      kinds |= Kind.valueOf(word.toUpperCase(Locale.ROOT)).bit();
    }
    return new Type(kinds);
  }

  /** Whether this kind is among them. */
  public boolean allows(Kind kind) {
    return (kinds & kind.bit()) != 0;
  }

  /** Whether it is every kind. */
  public boolean everything() {
    return kinds == ANY.kinds;
  }

  /** {@code {array, set}}, or the one word. */
  @Override
  public String toString() {
    if (equals(ANY)) return "any";
    if (Integer.bitCount(kinds) == 1)
      return Kind.values()[Integer.numberOfTrailingZeros(kinds)].word();
    var words = new StringJoiner(", ", "one of {", "}");
    for (Kind kind : Kind.values()) if (allows(kind)) words.add(kind.word());
    return words.toString();
  }
}
