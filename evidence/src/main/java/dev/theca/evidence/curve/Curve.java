package dev.theca.evidence.curve;

import java.math.BigInteger;
import java.util.Arrays;

/** P-256 and P-384 (FIPS 186-4, D.1.2): short Weierstrass curves with a = -3 and cofactor 1. */
public enum Curve {
  P256(
      new Field256(),
      "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
      "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
      "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
  P384(
      new Field384(),
      "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
      "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
      "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f");

  final Field field;
  final BigInteger b;
  final BigInteger order;
  final BigInteger gx;
  final BigInteger gy;

  /** Bytes of a coordinate, and of r and s. */
  public final int bytes;

  Curve(Field field, String b, String order, String gx, String gy) {
    this.field = field;
    this.b = new BigInteger(b, 16);
    this.order = new BigInteger(order, 16);
    this.gx = new BigInteger(gx, 16);
    this.gy = new BigInteger(gy, 16);
    this.bytes = b.length() / 2;
  }

  /** Whether x and y, big-endian, are coordinates of a point of this curve, infinity excluded. */
  boolean contains(byte[] xy) {
    if (xy.length != 2 * bytes) return false;
    var x = new BigInteger(1, Arrays.copyOf(xy, bytes));
    var y = new BigInteger(1, Arrays.copyOfRange(xy, bytes, 2 * bytes));
    if (x.compareTo(field.p) >= 0 || y.compareTo(field.p) >= 0) return false;
    long[] fx = field.of(x);
    long[] fy = field.of(y);
    long[] right = field.element();
    field.sqr(right, fx);
    long[] three = field.of(BigInteger.valueOf(3));
    field.sub(right, right, three);
    field.mul(right, right, fx);
    field.add(right, right, field.of(b));
    field.sqr(fy, fy);
    field.sub(right, right, fy);
    return field.isZero(right);
  }

  /** The table of the base point; made on first use. */
  KeyTable base() {
    return switch (this) {
      case P256 -> Base256.TABLE;
      case P384 -> Base384.TABLE;
    };
  }

  private static final class Base256 {
    static final KeyTable TABLE = KeyTable.of(P256, P256.gx, P256.gy, 7);
  }

  private static final class Base384 {
    static final KeyTable TABLE = KeyTable.of(P384, P384.gx, P384.gy, 7);
  }
}
