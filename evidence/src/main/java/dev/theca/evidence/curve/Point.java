package dev.theca.evidence.curve;

/**
 * A point in Jacobian coordinates, x = X/Z², y = Y/Z³; changed in place by the formulas of the
 * Explicit-Formulas Database for a = -3 (dbl-2001-b, madd, add-1998-cmo). Scratch space belongs to
 * the point, so one point serves one thread.
 */
final class Point {
  private final Field f;
  final long[] x;
  final long[] y;
  final long[] z;
  private boolean infinity = true;
  private final long[] t0;
  private final long[] t1;
  private final long[] t2;
  private final long[] t3;
  private final long[] t4;
  private final long[] t5;

  Point(Field f) {
    this.f = f;
    x = f.element();
    y = f.element();
    z = f.element();
    t0 = f.element();
    t1 = f.element();
    t2 = f.element();
    t3 = f.element();
    t4 = f.element();
    t5 = f.element();
  }

  boolean isInfinity() {
    return infinity;
  }

  void set(Point other) {
    copy(x, other.x);
    copy(y, other.y);
    copy(z, other.z);
    infinity = other.infinity;
  }

  void setAffine(long[] ax, long[] ay) {
    copy(x, ax);
    copy(y, ay);
    copy(z, f.one());
    infinity = false;
  }

  private static void copy(long[] to, long[] from) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  void negate() {
    for (int i = 0; i < y.length; i++) y[i] = -y[i];
  }

  void dbl() {
    if (infinity) return;
    f.sqr(t0, z); // delta
    f.sqr(t1, y); // gamma
    f.mul(t2, x, t1); // beta
    f.sub(t3, x, t0);
    f.add(t4, x, t0);
    f.mul(t3, t3, t4);
    f.times(t3, t3, 3);
    f.reduce(t3); // alpha
    f.mul(z, y, z);
    f.times(z, z, 2);
    f.sqr(x, t3);
    f.times(t2, t2, 4); // 4 beta
    f.sub(x, x, t2);
    f.sub(x, x, t2);
    f.reduce(x);
    f.sub(t2, t2, x);
    f.reduce(t2);
    f.mul(y, t3, t2);
    f.sqr(t1, t1);
    f.times(t1, t1, 8);
    f.sub(y, y, t1);
    f.reduce(y);
  }

  /** Adds an affine point. */
  void addAffine(long[] ax, long[] ay) {
    if (infinity) {
      setAffine(ax, ay);
      return;
    }
    f.sqr(t0, z);
    f.mul(t1, ax, t0); // U2
    f.mul(t2, z, t0);
    f.mul(t2, ay, t2); // S2
    f.sub(t1, t1, x); // H
    f.sub(t2, t2, y); // R
    finish(x, y);
    if (infinity || doubling) return;
    f.mul(z, z, t1);
  }

  /** Adds a point that is not this object. */
  void add(Point q) {
    if (q.infinity) return;
    if (infinity) {
      set(q);
      return;
    }
    f.sqr(t0, z);
    f.mul(t1, q.x, t0);
    f.mul(t2, z, t0);
    f.mul(t2, q.y, t2);
    f.sqr(t0, q.z);
    f.mul(t3, x, t0); // U1
    f.mul(t4, q.z, t0);
    f.mul(t5, y, t4); // S1
    f.sub(t1, t1, t3);
    f.sub(t2, t2, t5);
    finish(t3, t5);
    if (infinity || doubling) return;
    f.mul(z, z, q.z);
    f.mul(z, z, t1);
  }

  private boolean doubling;

  /** From H in t1 and R in t2, and the first point's U1 and S1: the sum's x and y. */
  private void finish(long[] u1, long[] s1) {
    doubling = false;
    if (f.isZero(t1)) {
      if (f.isZero(t2)) {
        doubling = true;
        dbl();
      } else {
        infinity = true;
      }
      return;
    }
    f.reduce(t2);
    f.sqr(t0, t1); // HH
    f.mul(t4, u1, t0); // V
    f.mul(t0, t0, t1); // HHH
    f.mul(y, s1, t0);
    f.sqr(x, t2);
    f.sub(x, x, t0);
    f.sub(x, x, t4);
    f.sub(x, x, t4);
    f.reduce(x);
    f.sub(t4, t4, x);
    f.reduce(t4);
    f.mul(t4, t4, t2);
    f.sub(y, t4, y);
    f.reduce(y);
  }
}
