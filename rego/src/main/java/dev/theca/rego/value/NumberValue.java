package dev.theca.rego.value;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A number of any size, exact, that remembers how it was written: {@code 1.0} equals {@code 1} and
 * prints as {@code 1.0}. Exponents beyond {@link #MAX_EXPONENT} and literals beyond {@link
 * #MAX_CHARS} are refused where numbers are read.
 */
public final class NumberValue implements Value {
  /** Largest decimal exponent, either way. */
  public static final int MAX_EXPONENT = 10_000;

  /** Longest literal. */
  public static final int MAX_CHARS = 10_000;

  private static final NumberValue[] SMALL = new NumberValue[1280];

  static {
    for (int i = 0; i < SMALL.length; i++) SMALL[i] = new NumberValue(i - 256, null, null);
  }

  private final long small;
  private final @org.jspecify.annotations.Nullable BigDecimal exact;
  private final @org.jspecify.annotations.Nullable String literal;

  private NumberValue(
      long small,
      @org.jspecify.annotations.Nullable BigDecimal exact,
      @org.jspecify.annotations.Nullable String literal) {
    this.small = small;
    this.exact = exact;
    this.literal = literal;
  }

  /** An integer. */
  public static NumberValue of(long value) {
    return value >= -256 && value < SMALL.length - 256
        ? SMALL[(int) value + 256]
        : new NumberValue(value, null, null);
  }

  /** An integer. */
  public static NumberValue of(BigInteger value) {
    return value.bitLength() < 64
        ? of(value.longValue())
        : new NumberValue(0, new BigDecimal(value), null);
  }

  /**
   * A number as JSON writes it.
   *
   * @throws NumberFormatException where it is none or beyond the limits
   */
  public static NumberValue parse(String literal) {
    if (isPlain(literal)) return of(Long.parseLong(literal));
    if (literal.length() > MAX_CHARS) throw new NumberFormatException("number too long");
    var exact = new BigDecimal(literal);
    if (Math.abs((long) exact.precision() - exact.scale()) > MAX_EXPONENT
        || Math.abs((long) exact.scale()) > MAX_EXPONENT)
      throw new NumberFormatException("exponent beyond " + MAX_EXPONENT);
    return new NumberValue(0, exact, literal);
  }

  private static boolean isPlain(String literal) {
    int from = literal.startsWith("-") ? 1 : 0;
    int digits = literal.length() - from;
    if (digits < 1 || digits > 18) return false;
    for (int i = from; i < literal.length(); i++)
      if (literal.charAt(i) < '0' || literal.charAt(i) > '9') return false;
    return digits == 1 ? from == 0 || !literal.equals("-0") : literal.charAt(from) != '0';
  }

  /** Whether {@link #longValue} is the whole of it, and no literal of another form is kept. */
  public boolean isLong() {
    return exact == null;
  }

  /** The value, where {@link #isLong} holds. */
  public long longValue() {
    return small;
  }

  /** The exact value. */
  public BigDecimal decimal() {
    return exact == null ? BigDecimal.valueOf(small) : exact;
  }

  /** Whether it has no fraction, however it is written. */
  public boolean isInteger() {
    return exact == null || exact.signum() == 0 || exact.stripTrailingZeros().scale() <= 0;
  }

  /** As a number of 32 bits, empty where it has a fraction or is larger. */
  public java.util.OptionalInt toInt() {
    if (exact == null)
      return (int) small == small
          ? java.util.OptionalInt.of((int) small)
          : java.util.OptionalInt.empty();
    try {
      return java.util.OptionalInt.of(exact.intValueExact());
    } catch (ArithmeticException e) {
      return java.util.OptionalInt.empty();
    }
  }

  /** As it was written, or the shortest form. */
  public String literal() {
    if (literal != null) return literal;
    return exact == null ? Long.toString(small) : exact.toPlainString();
  }

  @Override
  public Kind kind() {
    return Kind.NUMBER;
  }

  int compare(NumberValue other) {
    return exact == null && other.exact == null
        ? Long.compare(small, other.small)
        : decimal().compareTo(other.decimal());
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof NumberValue number && compare(number) == 0;
  }

  @Override
  public int hashCode() {
    if (exact == null) return Long.hashCode(small);
    try {
      return Long.hashCode(exact.longValueExact());
    } catch (ArithmeticException e) {
      return exact.stripTrailingZeros().hashCode();
    }
  }

  @Override
  public String toString() {
    return literal();
  }
}
