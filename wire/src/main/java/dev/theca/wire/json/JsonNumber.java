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
    try {
      return literal.length() > 32
          ? Optional.empty()
          : Optional.of(toBigDecimal().longValueExact());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }
}
