package dev.theca.evidence.curve;

import java.math.BigInteger;

/** k times a point that has no table: width-5 non-adjacent form over eight odd multiples. */
final class Window {
  private Window() {}

  static void addTo(Point sum, EcKey key, BigInteger k) {
    Field f = key.curve.field;
    var odd = new Point[8];
    odd[0] = new Point(f);
    odd[0].setAffine(f.of(key.x), f.of(key.y));
    var twice = new Point(f);
    twice.set(odd[0]);
    twice.dbl();
    for (int i = 1; i < 8; i++) {
      odd[i] = new Point(f);
      odd[i].set(odd[i - 1]);
      odd[i].add(twice);
    }
    byte[] digits = Digits.wnaf5(k, key.curve.bytes * 8);
    var product = new Point(f);
    var term = new Point(f);
    for (int i = digits.length - 1; i >= 0; i--) {
      product.dbl();
      int digit = digits[i];
      if (digit == 0) continue;
      term.set(odd[Math.abs(digit) >> 1]);
      if (digit < 0) term.negate();
      product.add(term);
    }
    sum.add(product);
  }
}
