package dev.theca.evidence.curve;

import java.math.BigInteger;

/**
 * Multiples of one point in affine form, so that k times the point costs additions only: for each
 * window of {@code width} bits the multiples 1 to 2^(width-1), digits being signed. Immutable.
 */
final class KeyTable {
  private final Field f;
  private final int width;
  private final int windows;
  private final int half;
  private final long[] coordinates;

  private KeyTable(Field f, int width, int windows, long[] coordinates) {
    this.f = f;
    this.width = width;
    this.windows = windows;
    this.half = 1 << width - 1;
    this.coordinates = coordinates;
  }

  static KeyTable of(Curve curve, BigInteger x, BigInteger y, int width) {
    Field f = curve.field;
    int windows = (curve.bytes * 8 + width) / width; // one bit more, for the last carry
    int half = 1 << width - 1;
    var points = new Point[windows * half];
    var base = new Point(f);
    base.setAffine(f.of(x), f.of(y));
    for (int w = 0; w < windows; w++) {
      var multiple = new Point(f);
      multiple.set(base);
      for (int j = 0; j < half; j++) {
        var kept = new Point(f);
        kept.set(multiple);
        points[w * half + j] = kept;
        multiple.add(base);
      }
      for (int i = 0; i < width; i++) base.dbl();
    }
    return new KeyTable(f, width, windows, affine(f, points));
  }

  /** One inversion for all (Montgomery's trick). */
  private static long[] affine(Field f, Point[] points) {
    long[][] products = new long[points.length][];
    long[] running = f.one();
    for (int i = 0; i < points.length; i++) {
      products[i] = running.clone();
      f.mul(running, running, points[i].z);
    }
    long[] inverse = f.inverse(running);
    long[] out = new long[points.length * 2 * f.limbs];
    long[] zi = f.element();
    long[] zz = f.element();
    long[] v = f.element();
    for (int i = points.length - 1; i >= 0; i--) {
      f.mul(zi, inverse, products[i]);
      f.mul(inverse, inverse, points[i].z);
      f.sqr(zz, zi);
      f.mul(v, points[i].x, zz);
      f.reduce(v);
      System.arraycopy(v, 0, out, i * 2 * f.limbs, f.limbs);
      f.mul(zz, zz, zi);
      f.mul(v, points[i].y, zz);
      f.reduce(v);
      System.arraycopy(v, 0, out, (i * 2 + 1) * f.limbs, f.limbs);
    }
    return out;
  }

  /** Adds k times the point to the sum; k is below the order. */
  void addTo(Point sum, BigInteger k) {
    long[] ax = f.element();
    long[] ay = f.element();
    long[] words = Digits.words(k, windows * width);
    int carry = 0;
    for (int w = 0; w < windows; w++) {
      int digit = Digits.bits(words, w * width, width) + carry;
      carry = digit > half ? 1 : 0;
      digit -= carry << width;
      if (digit == 0) continue;
      int at = (w * half + Math.abs(digit) - 1) * 2 * f.limbs;
      System.arraycopy(coordinates, at, ax, 0, f.limbs);
      if (digit > 0) {
        System.arraycopy(coordinates, at + f.limbs, ay, 0, f.limbs);
      } else {
        for (int i = 0; i < f.limbs; i++) ay[i] = -coordinates[at + f.limbs + i];
      }
      sum.addAffine(ax, ay);
    }
  }
}
