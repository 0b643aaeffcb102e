package dev.theca.wire.json;

import java.math.BigDecimal;
import java.util.Optional;

/** A JSON number, kept as the literal that was read, so that nothing is rounded. */
public record JsonNumber(String literal) implements JsonValue {
  public static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  public BigDecimal toBigDecimal() {
    return new BigDecimal(literal);
  }

  /** The value, when it is an integer that fits. */
  public Optional<Long> toLong() {
    if (isShortInteger()) return Optional.of(Long.parseLong(literal));
    try {
      return literal.length() > 32
          ? Optional.empty()
          : Optional.of(toBigDecimal().longValueExact());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Digits alone, few enough for any long: the usual case, without an exact decimal. */
  private boolean isShortInteger() {
    if (literal.isEmpty() || literal.length() > 18) return false;
    for (int i = 0; i < literal.length(); i++)
      if (literal.charAt(i) < '0' || literal.charAt(i) > '9') return false;
    return true;
  }
}
