package dev.theca.evidence.curve;

import java.math.BigInteger;

/**
 * Arithmetic modulo the prime of P-384 (FIPS 186-4, D.1.2.4), 2^384 - 2^128 - 2^96 + 2^32 - 1:
 * seven signed limbs of 56 bits, Montgomery form with R = 2^392.
 */
final class Field384 extends Field {
  private static final int BITS = 56;
  private static final long MASK = (1L << BITS) - 1;
  private static final int UP =
      4; // both factors this far up: the high word of the product starts at bit 56

  Field384() {
    super(
        BigInteger.TWO
            .pow(384)
            .subtract(BigInteger.TWO.pow(128))
            .subtract(BigInteger.TWO.pow(96))
            .add(BigInteger.TWO.pow(32))
            .subtract(BigInteger.ONE),
        7,
        BITS);
  }

  @Override
  void mul(long[] r, long[] a, long[] b) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long a5 = a[5];
    long a6 = a[6];
    long b0 = b[0];
    long b1 = b[1];
    long b2 = b[2];
    long b3 = b[3];
    long b4 = b[4];
    long b5 = b[5];
    long b6 = b[6];
    long s0 = a0 << UP;
    long s1 = a1 << UP;
    long s2 = a2 << UP;
    long s3 = a3 << UP;
    long s4 = a4 << UP;
    long s5 = a5 << UP;
    long s6 = a6 << UP;
    long t0 = b0 << UP;
    long t1 = b1 << UP;
    long t2 = b2 << UP;
    long t3 = b3 << UP;
    long t4 = b4 << UP;
    long t5 = b5 << UP;
    long t6 = b6 << UP;
    long c0 = ((a0 * b0) & MASK);
    long c1 = ((a0 * b1) & MASK) + ((a1 * b0) & MASK) + Math.multiplyHigh(s0, t0);
    long c2 =
        ((a0 * b2) & MASK)
            + ((a1 * b1) & MASK)
            + ((a2 * b0) & MASK)
            + Math.multiplyHigh(s0, t1)
            + Math.multiplyHigh(s1, t0);
    long c3 =
        ((a0 * b3) & MASK)
            + ((a1 * b2) & MASK)
            + ((a2 * b1) & MASK)
            + ((a3 * b0) & MASK)
            + Math.multiplyHigh(s0, t2)
            + Math.multiplyHigh(s1, t1)
            + Math.multiplyHigh(s2, t0);
    long c4 =
        ((a0 * b4) & MASK)
            + ((a1 * b3) & MASK)
            + ((a2 * b2) & MASK)
            + ((a3 * b1) & MASK)
            + ((a4 * b0) & MASK)
            + Math.multiplyHigh(s0, t3)
            + Math.multiplyHigh(s1, t2)
            + Math.multiplyHigh(s2, t1)
            + Math.multiplyHigh(s3, t0);
    long c5 =
        ((a0 * b5) & MASK)
            + ((a1 * b4) & MASK)
            + ((a2 * b3) & MASK)
            + ((a3 * b2) & MASK)
            + ((a4 * b1) & MASK)
            + ((a5 * b0) & MASK)
            + Math.multiplyHigh(s0, t4)
            + Math.multiplyHigh(s1, t3)
            + Math.multiplyHigh(s2, t2)
            + Math.multiplyHigh(s3, t1)
            + Math.multiplyHigh(s4, t0);
    long c6 =
        ((a0 * b6) & MASK)
            + ((a1 * b5) & MASK)
            + ((a2 * b4) & MASK)
            + ((a3 * b3) & MASK)
            + ((a4 * b2) & MASK)
            + ((a5 * b1) & MASK)
            + ((a6 * b0) & MASK)
            + Math.multiplyHigh(s0, t5)
            + Math.multiplyHigh(s1, t4)
            + Math.multiplyHigh(s2, t3)
            + Math.multiplyHigh(s3, t2)
            + Math.multiplyHigh(s4, t1)
            + Math.multiplyHigh(s5, t0);
    long c7 =
        ((a1 * b6) & MASK)
            + ((a2 * b5) & MASK)
            + ((a3 * b4) & MASK)
            + ((a4 * b3) & MASK)
            + ((a5 * b2) & MASK)
            + ((a6 * b1) & MASK)
            + Math.multiplyHigh(s0, t6)
            + Math.multiplyHigh(s1, t5)
            + Math.multiplyHigh(s2, t4)
            + Math.multiplyHigh(s3, t3)
            + Math.multiplyHigh(s4, t2)
            + Math.multiplyHigh(s5, t1)
            + Math.multiplyHigh(s6, t0);
    long c8 =
        ((a2 * b6) & MASK)
            + ((a3 * b5) & MASK)
            + ((a4 * b4) & MASK)
            + ((a5 * b3) & MASK)
            + ((a6 * b2) & MASK)
            + Math.multiplyHigh(s1, t6)
            + Math.multiplyHigh(s2, t5)
            + Math.multiplyHigh(s3, t4)
            + Math.multiplyHigh(s4, t3)
            + Math.multiplyHigh(s5, t2)
            + Math.multiplyHigh(s6, t1);
    long c9 =
        ((a3 * b6) & MASK)
            + ((a4 * b5) & MASK)
            + ((a5 * b4) & MASK)
            + ((a6 * b3) & MASK)
            + Math.multiplyHigh(s2, t6)
            + Math.multiplyHigh(s3, t5)
            + Math.multiplyHigh(s4, t4)
            + Math.multiplyHigh(s5, t3)
            + Math.multiplyHigh(s6, t2);
    long c10 =
        ((a4 * b6) & MASK)
            + ((a5 * b5) & MASK)
            + ((a6 * b4) & MASK)
            + Math.multiplyHigh(s3, t6)
            + Math.multiplyHigh(s4, t5)
            + Math.multiplyHigh(s5, t4)
            + Math.multiplyHigh(s6, t3);
    long c11 =
        ((a5 * b6) & MASK)
            + ((a6 * b5) & MASK)
            + Math.multiplyHigh(s4, t6)
            + Math.multiplyHigh(s5, t5)
            + Math.multiplyHigh(s6, t4);
    long c12 = ((a6 * b6) & MASK) + Math.multiplyHigh(s5, t6) + Math.multiplyHigh(s6, t5);
    long c13 = Math.multiplyHigh(s6, t6);
    long m;
    m = (c0 + (c0 << 32)) & MASK;
    c1 += ((c0 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c2 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c3 += -(m >>> 40);
    c6 += ((m & 0xFF) << 48);
    c7 += (m >>> 8);
    m = (c1 + (c1 << 32)) & MASK;
    c2 += ((c1 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c3 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c4 += -(m >>> 40);
    c7 += ((m & 0xFF) << 48);
    c8 += (m >>> 8);
    m = (c2 + (c2 << 32)) & MASK;
    c3 += ((c2 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c4 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c5 += -(m >>> 40);
    c8 += ((m & 0xFF) << 48);
    c9 += (m >>> 8);
    m = (c3 + (c3 << 32)) & MASK;
    c4 += ((c3 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c5 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c6 += -(m >>> 40);
    c9 += ((m & 0xFF) << 48);
    c10 += (m >>> 8);
    m = (c4 + (c4 << 32)) & MASK;
    c5 += ((c4 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c6 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c7 += -(m >>> 40);
    c10 += ((m & 0xFF) << 48);
    c11 += (m >>> 8);
    m = (c5 + (c5 << 32)) & MASK;
    c6 += ((c5 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c7 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c8 += -(m >>> 40);
    c11 += ((m & 0xFF) << 48);
    c12 += (m >>> 8);
    m = (c6 + (c6 << 32)) & MASK;
    c7 += ((c6 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c8 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c9 += -(m >>> 40);
    c12 += ((m & 0xFF) << 48);
    c13 += (m >>> 8);
    r[0] = c7 & MASK;
    c8 += c7 >> BITS;
    r[1] = c8 & MASK;
    c9 += c8 >> BITS;
    r[2] = c9 & MASK;
    c10 += c9 >> BITS;
    r[3] = c10 & MASK;
    c11 += c10 >> BITS;
    r[4] = c11 & MASK;
    c12 += c11 >> BITS;
    r[5] = c12 & MASK;
    c13 += c12 >> BITS;
    r[6] = c13;
  }

  @Override
  void sqr(long[] r, long[] a) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long a5 = a[5];
    long a6 = a[6];
    long d1 = a1 << 1;
    long d2 = a2 << 1;
    long d3 = a3 << 1;
    long d4 = a4 << 1;
    long d5 = a5 << 1;
    long d6 = a6 << 1;
    long s0 = a0 << UP;
    long s1 = a1 << UP;
    long s2 = a2 << UP;
    long s3 = a3 << UP;
    long s4 = a4 << UP;
    long s5 = a5 << UP;
    long s6 = a6 << UP;
    long e1 = s1 << 1;
    long e2 = s2 << 1;
    long e3 = s3 << 1;
    long e4 = s4 << 1;
    long e5 = s5 << 1;
    long e6 = s6 << 1;
    long c0 = ((a0 * a0) & MASK);
    long c1 = ((a0 * d1) & MASK) + Math.multiplyHigh(s0, s0);
    long c2 = ((a0 * d2) & MASK) + ((a1 * a1) & MASK) + Math.multiplyHigh(s0, e1);
    long c3 =
        ((a0 * d3) & MASK)
            + ((a1 * d2) & MASK)
            + Math.multiplyHigh(s0, e2)
            + Math.multiplyHigh(s1, s1);
    long c4 =
        ((a0 * d4) & MASK)
            + ((a1 * d3) & MASK)
            + ((a2 * a2) & MASK)
            + Math.multiplyHigh(s0, e3)
            + Math.multiplyHigh(s1, e2);
    long c5 =
        ((a0 * d5) & MASK)
            + ((a1 * d4) & MASK)
            + ((a2 * d3) & MASK)
            + Math.multiplyHigh(s0, e4)
            + Math.multiplyHigh(s1, e3)
            + Math.multiplyHigh(s2, s2);
    long c6 =
        ((a0 * d6) & MASK)
            + ((a1 * d5) & MASK)
            + ((a2 * d4) & MASK)
            + ((a3 * a3) & MASK)
            + Math.multiplyHigh(s0, e5)
            + Math.multiplyHigh(s1, e4)
            + Math.multiplyHigh(s2, e3);
    long c7 =
        ((a1 * d6) & MASK)
            + ((a2 * d5) & MASK)
            + ((a3 * d4) & MASK)
            + Math.multiplyHigh(s0, e6)
            + Math.multiplyHigh(s1, e5)
            + Math.multiplyHigh(s2, e4)
            + Math.multiplyHigh(s3, s3);
    long c8 =
        ((a2 * d6) & MASK)
            + ((a3 * d5) & MASK)
            + ((a4 * a4) & MASK)
            + Math.multiplyHigh(s1, e6)
            + Math.multiplyHigh(s2, e5)
            + Math.multiplyHigh(s3, e4);
    long c9 =
        ((a3 * d6) & MASK)
            + ((a4 * d5) & MASK)
            + Math.multiplyHigh(s2, e6)
            + Math.multiplyHigh(s3, e5)
            + Math.multiplyHigh(s4, s4);
    long c10 =
        ((a4 * d6) & MASK)
            + ((a5 * a5) & MASK)
            + Math.multiplyHigh(s3, e6)
            + Math.multiplyHigh(s4, e5);
    long c11 = ((a5 * d6) & MASK) + Math.multiplyHigh(s4, e6) + Math.multiplyHigh(s5, s5);
    long c12 = ((a6 * a6) & MASK) + Math.multiplyHigh(s5, e6);
    long c13 = Math.multiplyHigh(s6, s6);
    long m;
    m = (c0 + (c0 << 32)) & MASK;
    c1 += ((c0 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c2 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c3 += -(m >>> 40);
    c6 += ((m & 0xFF) << 48);
    c7 += (m >>> 8);
    m = (c1 + (c1 << 32)) & MASK;
    c2 += ((c1 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c3 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c4 += -(m >>> 40);
    c7 += ((m & 0xFF) << 48);
    c8 += (m >>> 8);
    m = (c2 + (c2 << 32)) & MASK;
    c3 += ((c2 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c4 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c5 += -(m >>> 40);
    c8 += ((m & 0xFF) << 48);
    c9 += (m >>> 8);
    m = (c3 + (c3 << 32)) & MASK;
    c4 += ((c3 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c5 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c6 += -(m >>> 40);
    c9 += ((m & 0xFF) << 48);
    c10 += (m >>> 8);
    m = (c4 + (c4 << 32)) & MASK;
    c5 += ((c4 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c6 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c7 += -(m >>> 40);
    c10 += ((m & 0xFF) << 48);
    c11 += (m >>> 8);
    m = (c5 + (c5 << 32)) & MASK;
    c6 += ((c5 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c7 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c8 += -(m >>> 40);
    c11 += ((m & 0xFF) << 48);
    c12 += (m >>> 8);
    m = (c6 + (c6 << 32)) & MASK;
    c7 += ((c6 - m + ((m & 0xFF_FFFFL) << 32)) >> BITS) + (m >>> 24) - ((m & 0xFFFF) << 40);
    c8 += -(m >>> 16) - ((m & 0xFF_FFFF_FFFFL) << 16);
    c9 += -(m >>> 40);
    c12 += ((m & 0xFF) << 48);
    c13 += (m >>> 8);
    r[0] = c7 & MASK;
    c8 += c7 >> BITS;
    r[1] = c8 & MASK;
    c9 += c8 >> BITS;
    r[2] = c9 & MASK;
    c10 += c9 >> BITS;
    r[3] = c10 & MASK;
    c11 += c10 >> BITS;
    r[4] = c11 & MASK;
    c12 += c11 >> BITS;
    r[5] = c12 & MASK;
    c13 += c12 >> BITS;
    r[6] = c13;
  }

  @Override
  void reduce(long[] r) {
    for (int i = 0; i < 6; i++) {
      r[i + 1] += r[i] >> BITS;
      r[i] &= MASK;
    }
    long q = r[6] >> 48;
    r[0] += q;
    r[0] -= (q << 32);
    r[1] += (q << 40);
    r[2] += (q << 16);
    r[6] -= (q << 48);
    for (int i = 0; i < 6; i++) {
      r[i + 1] += r[i] >> BITS;
      r[i] &= MASK;
    }
  }
}
