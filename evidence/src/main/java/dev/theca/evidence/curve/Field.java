package dev.theca.evidence.curve;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A prime field over signed limbs. A value may be any representative; {@link #mul} and {@link #sqr}
 * accept sums of a few values as they are, {@link #reduce} brings limbs and value back near the
 * canonical range. For public data only: nothing here runs in constant time.
 */
abstract sealed class Field permits Field256, Field384 {
  final BigInteger p;
  final int limbs;
  private final int bits;
  private final long[] toMontgomery;
  private final long[] one;
  private final long[] minusP;
  private final long[] plusP;

  Field(BigInteger p, int limbs, int bits) {
    this.p = p;
    this.limbs = limbs;
    this.bits = bits;
    BigInteger r = BigInteger.TWO.pow(limbs * bits);
    this.toMontgomery = split(r.multiply(r).mod(p));
    this.one = split(r.mod(p));
    this.plusP = split(p);
    this.minusP = split(p.negate());
  }

  /** r = a b / R. */
  abstract void mul(long[] r, long[] a, long[] b);

  /** r = a a / R. */
  abstract void sqr(long[] r, long[] a);

  /** Carries, and takes away the multiple of p that the top limb shows. */
  abstract void reduce(long[] r);

  final void add(long[] r, long[] a, long[] b) {
    for (int i = 0; i < limbs; i++) r[i] = a[i] + b[i];
  }

  final void sub(long[] r, long[] a, long[] b) {
    for (int i = 0; i < limbs; i++) r[i] = a[i] - b[i];
  }

  final void times(long[] r, long[] a, int factor) {
    for (int i = 0; i < limbs; i++) r[i] = a[i] * factor;
  }

  final long[] element() {
    return new long[limbs];
  }

  final long[] one() {
    return one.clone();
  }

  /** Whether a represents zero; a is reduced in place. */
  final boolean isZero(long[] a) {
    reduce(a);
    if (a[0] != 0 && a[0] != plusP[0] && a[0] != minusP[0]) return false;
    reduce(a);
    return Arrays.equals(a, minusP) || Arrays.equals(a, plusP) || allZero(a);
  }

  private static boolean allZero(long[] a) {
    long any = 0;
    for (long limb : a) any |= limb;
    return any == 0;
  }

  /** The Montgomery form of a number in [0, p). */
  final long[] of(BigInteger value) {
    long[] r = split(value);
    mul(r, r, toMontgomery);
    return r;
  }

  final BigInteger number(long[] a) {
    long[] plain = new long[limbs];
    plain[0] = 1;
    mul(plain, a, plain);
    BigInteger sum = BigInteger.ZERO;
    for (int i = limbs - 1; i >= 0; i--)
      sum = sum.shiftLeft(bits).add(BigInteger.valueOf(plain[i]));
    return sum.mod(p);
  }

  final long[] inverse(long[] a) {
    return of(number(a).modInverse(p));
  }

  private long[] split(BigInteger value) {
    long[] out = new long[limbs];
    BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    for (int i = 0; i < limbs - 1; i++) out[i] = value.shiftRight(i * bits).and(mask).longValue();
    out[limbs - 1] = value.shiftRight((limbs - 1) * bits).longValueExact();
    return out;
  }
}
