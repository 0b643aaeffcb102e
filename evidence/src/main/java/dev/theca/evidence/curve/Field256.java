package dev.theca.evidence.curve;

import java.math.BigInteger;

/**
 * Arithmetic modulo the prime of P-256 (FIPS 186-4, D.1.2.3), 2^256 - 2^224 + 2^192 + 2^96 - 1:
 * five signed limbs of 52 bits, Montgomery form with R = 2^260. The prime is sparse, so reduction
 * needs shifts only. Timing depends on nothing secret because nothing here is secret.
 */
final class Field256 extends Field {
  private static final int BITS = 52;
  private static final long MASK = (1L << BITS) - 1;
  private static final int UP =
      6; // both factors this far up: the high word of the product starts at bit 52

  Field256() {
    super(
        BigInteger.TWO
            .pow(256)
            .subtract(BigInteger.TWO.pow(224))
            .add(BigInteger.TWO.pow(192))
            .add(BigInteger.TWO.pow(96))
            .subtract(BigInteger.ONE),
        5,
        BITS);
  }

  @Override
  void mul(long[] r, long[] a, long[] b) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long b0 = b[0];
    long b1 = b[1];
    long b2 = b[2];
    long b3 = b[3];
    long b4 = b[4];
    long s0 = a0 << UP;
    long s1 = a1 << UP;
    long s2 = a2 << UP;
    long s3 = a3 << UP;
    long s4 = a4 << UP;
    long t0 = b0 << UP;
    long t1 = b1 << UP;
    long t2 = b2 << UP;
    long t3 = b3 << UP;
    long t4 = b4 << UP;
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
        ((a1 * b4) & MASK)
            + ((a2 * b3) & MASK)
            + ((a3 * b2) & MASK)
            + ((a4 * b1) & MASK)
            + Math.multiplyHigh(s0, t4)
            + Math.multiplyHigh(s1, t3)
            + Math.multiplyHigh(s2, t2)
            + Math.multiplyHigh(s3, t1)
            + Math.multiplyHigh(s4, t0);
    long c6 =
        ((a2 * b4) & MASK)
            + ((a3 * b3) & MASK)
            + ((a4 * b2) & MASK)
            + Math.multiplyHigh(s1, t4)
            + Math.multiplyHigh(s2, t3)
            + Math.multiplyHigh(s3, t2)
            + Math.multiplyHigh(s4, t1);
    long c7 =
        ((a3 * b4) & MASK)
            + ((a4 * b3) & MASK)
            + Math.multiplyHigh(s2, t4)
            + Math.multiplyHigh(s3, t3)
            + Math.multiplyHigh(s4, t2);
    long c8 = ((a4 * b4) & MASK) + Math.multiplyHigh(s3, t4) + Math.multiplyHigh(s4, t3);
    long c9 = Math.multiplyHigh(s4, t4);
    long m;
    m = c0 & MASK;
    c1 += ((c0 - m) >> BITS) + ((m & 0xFF) << 44);
    c2 += (m >>> 8);
    c3 += ((m & 0xFFFF) << 36);
    c4 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c5 += (m >>> 4) - (m >>> 36);
    m = c1 & MASK;
    c2 += ((c1 - m) >> BITS) + ((m & 0xFF) << 44);
    c3 += (m >>> 8);
    c4 += ((m & 0xFFFF) << 36);
    c5 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c6 += (m >>> 4) - (m >>> 36);
    m = c2 & MASK;
    c3 += ((c2 - m) >> BITS) + ((m & 0xFF) << 44);
    c4 += (m >>> 8);
    c5 += ((m & 0xFFFF) << 36);
    c6 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c7 += (m >>> 4) - (m >>> 36);
    m = c3 & MASK;
    c4 += ((c3 - m) >> BITS) + ((m & 0xFF) << 44);
    c5 += (m >>> 8);
    c6 += ((m & 0xFFFF) << 36);
    c7 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c8 += (m >>> 4) - (m >>> 36);
    m = c4 & MASK;
    c5 += ((c4 - m) >> BITS) + ((m & 0xFF) << 44);
    c6 += (m >>> 8);
    c7 += ((m & 0xFFFF) << 36);
    c8 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c9 += (m >>> 4) - (m >>> 36);
    r[0] = c5 & MASK;
    c6 += c5 >> BITS;
    r[1] = c6 & MASK;
    c7 += c6 >> BITS;
    r[2] = c7 & MASK;
    c8 += c7 >> BITS;
    r[3] = c8 & MASK;
    c9 += c8 >> BITS;
    r[4] = c9;
  }

  @Override
  void sqr(long[] r, long[] a) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long d1 = a1 << 1;
    long d2 = a2 << 1;
    long d3 = a3 << 1;
    long d4 = a4 << 1;
    long s0 = a0 << UP;
    long s1 = a1 << UP;
    long s2 = a2 << UP;
    long s3 = a3 << UP;
    long s4 = a4 << UP;
    long e1 = s1 << 1;
    long e2 = s2 << 1;
    long e3 = s3 << 1;
    long e4 = s4 << 1;
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
        ((a1 * d4) & MASK)
            + ((a2 * d3) & MASK)
            + Math.multiplyHigh(s0, e4)
            + Math.multiplyHigh(s1, e3)
            + Math.multiplyHigh(s2, s2);
    long c6 =
        ((a2 * d4) & MASK)
            + ((a3 * a3) & MASK)
            + Math.multiplyHigh(s1, e4)
            + Math.multiplyHigh(s2, e3);
    long c7 = ((a3 * d4) & MASK) + Math.multiplyHigh(s2, e4) + Math.multiplyHigh(s3, s3);
    long c8 = ((a4 * a4) & MASK) + Math.multiplyHigh(s3, e4);
    long c9 = Math.multiplyHigh(s4, s4);
    long m;
    m = c0 & MASK;
    c1 += ((c0 - m) >> BITS) + ((m & 0xFF) << 44);
    c2 += (m >>> 8);
    c3 += ((m & 0xFFFF) << 36);
    c4 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c5 += (m >>> 4) - (m >>> 36);
    m = c1 & MASK;
    c2 += ((c1 - m) >> BITS) + ((m & 0xFF) << 44);
    c3 += (m >>> 8);
    c4 += ((m & 0xFFFF) << 36);
    c5 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c6 += (m >>> 4) - (m >>> 36);
    m = c2 & MASK;
    c3 += ((c2 - m) >> BITS) + ((m & 0xFF) << 44);
    c4 += (m >>> 8);
    c5 += ((m & 0xFFFF) << 36);
    c6 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c7 += (m >>> 4) - (m >>> 36);
    m = c3 & MASK;
    c4 += ((c3 - m) >> BITS) + ((m & 0xFF) << 44);
    c5 += (m >>> 8);
    c6 += ((m & 0xFFFF) << 36);
    c7 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c8 += (m >>> 4) - (m >>> 36);
    m = c4 & MASK;
    c5 += ((c4 - m) >> BITS) + ((m & 0xFF) << 44);
    c6 += (m >>> 8);
    c7 += ((m & 0xFFFF) << 36);
    c8 += (m >>> 16) - ((m & 0xF_FFFF_FFFFL) << 16) + ((m & 15) << 48);
    c9 += (m >>> 4) - (m >>> 36);
    r[0] = c5 & MASK;
    c6 += c5 >> BITS;
    r[1] = c6 & MASK;
    c7 += c6 >> BITS;
    r[2] = c7 & MASK;
    c8 += c7 >> BITS;
    r[3] = c8 & MASK;
    c9 += c8 >> BITS;
    r[4] = c9;
  }

  @Override
  void reduce(long[] r) {
    for (int i = 0; i < 4; i++) {
      r[i + 1] += r[i] >> BITS;
      r[i] &= MASK;
    }
    long q = r[4] >> 48;
    r[0] += q;
    r[1] -= (q << 44);
    r[3] -= (q << 36);
    r[4] += (q << 16);
    r[4] -= (q << 48);
    for (int i = 0; i < 4; i++) {
      r[i + 1] += r[i] >> BITS;
      r[i] &= MASK;
    }
  }
}
