package dev.theca.rego.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A binary float of so many bits, rounded to nearest even: what Open Policy Agent computes
 * fractions with (Go's {@code math/big.Float}, 64 bits unless an operand has more). Results are
 * equal to the last bit, and so is {@link GoFloatText what is printed}.
 *
 * @param precision bits of the mantissa
 * @param negative the sign, which zero has too
 * @param mantissa odd or zero
 * @param exponent of two
 */
record GoFloat(int precision, boolean negative, BigInteger mantissa, int exponent) {
  /** Bits of a number as it is read. */
  static final int READ = 64;

  static final GoFloat ONE = new GoFloat(53, false, BigInteger.ONE, 0);
  static final GoFloat HALF = new GoFloat(53, false, BigInteger.ONE, -1);

  /** Largest power of five that fits 64 bits. */
  private static final int TABLE = 27;

  private static final BigInteger FIVE = BigInteger.valueOf(5);

  /** Rounds; {@code sticky} says that something below the mantissa was cut off. */
  private static GoFloat rounded(
      int precision, boolean negative, BigInteger mantissa, int exponent, boolean sticky) {
    if (mantissa.signum() == 0) return new GoFloat(precision, negative, BigInteger.ZERO, 0);
    int drop = mantissa.bitLength() - precision;
    BigInteger kept = mantissa;
    int scale = exponent;
    if (drop > 0) {
      kept = mantissa.shiftRight(drop);
      boolean half = mantissa.testBit(drop - 1);
      boolean below = sticky || mantissa.getLowestSetBit() < drop - 1;
      if (half && (below || kept.testBit(0))) kept = kept.add(BigInteger.ONE);
      scale += drop;
    }
    int zeros = kept.getLowestSetBit();
    return new GoFloat(precision, negative, kept.shiftRight(zeros), scale + zeros);
  }

  /** A decimal as Go reads it: the power of five is rounded to 128 bits before it is applied. */
  static GoFloat of(BigDecimal value, boolean negative) {
    BigInteger digits = value.unscaledValue().abs();
    int power = -value.scale();
    if (digits.signum() == 0 || power == 0) return rounded(READ, negative, digits, power, false);
    GoFloat five = five(Math.abs(power));
    var whole = new GoFloat(Integer.MAX_VALUE, negative, digits, power);
    return power > 0 ? whole.times(five, READ) : whole.over(five, READ);
  }

  /** An integer, without loss. */
  static GoFloat of(BigInteger value) {
    int bits = Math.max(READ, value.bitLength());
    return rounded(bits, value.signum() < 0, value.abs(), 0, false);
  }

  private static GoFloat five(int power) {
    int first = Math.min(power, TABLE);
    var result = new GoFloat(READ + 64, false, FIVE.pow(first), 0);
    var square = new GoFloat(READ + 128, false, FIVE, 0);
    for (int left = power - first; left > 0; left >>= 1) {
      if ((left & 1) != 0) result = result.times(square, READ + 64);
      square = square.times(square, READ + 128);
    }
    return result;
  }

  GoFloat plus(GoFloat other) {
    int bits = Math.max(precision, other.precision);
    int low = Math.min(exponent, other.exponent);
    BigInteger sum = aligned(low).add(other.aligned(low));
    boolean sign = sum.signum() == 0 ? negative && other.negative : sum.signum() < 0;
    return rounded(bits, sign, sum.abs(), low, false);
  }

  private BigInteger aligned(int low) {
    BigInteger shifted = mantissa.signum() == 0 ? mantissa : mantissa.shiftLeft(exponent - low);
    return negative ? shifted.negate() : shifted;
  }

  GoFloat minus(GoFloat other) {
    return plus(other.negated());
  }

  GoFloat times(GoFloat other) {
    return times(other, Math.max(precision, other.precision));
  }

  /** The product, rounded to so many bits. */
  GoFloat times(GoFloat other, int bits) {
    return rounded(
        bits,
        negative != other.negative,
        mantissa.multiply(other.mantissa),
        exponent + other.exponent,
        false);
  }

  GoFloat over(GoFloat other) {
    return over(other, Math.max(precision, other.precision));
  }

  /** The quotient by what is not zero. */
  private GoFloat over(GoFloat other, int bits) {
    int shift = Math.max(0, bits + 2 - mantissa.bitLength() + other.mantissa.bitLength());
    BigInteger[] parts = mantissa.shiftLeft(shift).divideAndRemainder(other.mantissa);
    return rounded(
        bits,
        negative != other.negative,
        parts[0],
        exponent - other.exponent - shift,
        parts[1].signum() != 0);
  }

  GoFloat negated() {
    return new GoFloat(precision, !negative, mantissa, exponent);
  }

  GoFloat abs() {
    return negative ? negated() : this;
  }

  boolean isZero() {
    return mantissa.signum() == 0;
  }

  boolean isInteger() {
    return exponent >= 0;
  }

  /** Without the fraction. */
  BigInteger truncated() {
    BigInteger whole =
        exponent >= 0 ? mantissa.shiftLeft(exponent) : mantissa.shiftRight(-exponent);
    return negative ? whole.negate() : whole;
  }

  /** Position of the highest bit: the value is below two to this power. */
  long magnitude() {
    return (long) exponent + mantissa.bitLength();
  }
}
