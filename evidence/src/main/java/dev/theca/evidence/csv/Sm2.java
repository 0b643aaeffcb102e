package dev.theca.evidence.csv;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * SM2 signature verification (GB/T 32918.2-2016), which the JDK lacks. Plain arithmetic: a report
 * has five signatures, and all of it is public.
 */
final class Sm2 {
  static final BigInteger P =
      new BigInteger("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF", 16);
  static final BigInteger N =
      new BigInteger("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", 16);
  private static final BigInteger A = P.subtract(BigInteger.valueOf(3));
  private static final BigInteger B =
      new BigInteger("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93", 16);
  static final Point G =
      new Point(
          new BigInteger("32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7", 16),
          new BigInteger("BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0", 16),
          BigInteger.ONE);

  /** Jacobian coordinates; z is zero at infinity. */
  record Point(BigInteger x, BigInteger y, BigInteger z) {
    boolean infinite() {
      return z.signum() == 0;
    }

    BigInteger affineX() {
      return x.multiply(z.modInverse(P).modPow(BigInteger.TWO, P)).mod(P);
    }

    BigInteger affineY() {
      return y.multiply(z.modInverse(P).modPow(BigInteger.valueOf(3), P)).mod(P);
    }
  }

  private static final Point INFINITY = new Point(BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

  private Sm2() {}

  static boolean contains(BigInteger x, BigInteger y) {
    if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0) return false;
    var right = x.multiply(x).add(A).multiply(x).add(B);
    return y.multiply(y).subtract(right).mod(P).signum() == 0;
  }

  static Point twice(Point p) {
    if (p.infinite() || p.y().signum() == 0) return INFINITY;
    var yy = p.y().multiply(p.y()).mod(P);
    var s = p.x().multiply(yy).shiftLeft(2).mod(P);
    var zz = p.z().multiply(p.z()).mod(P);
    var m = p.x().subtract(zz).multiply(p.x().add(zz)).multiply(BigInteger.valueOf(3)).mod(P);
    var x = m.multiply(m).subtract(s.shiftLeft(1)).mod(P);
    var y = m.multiply(s.subtract(x)).subtract(yy.multiply(yy).shiftLeft(3)).mod(P);
    return new Point(x, y, p.y().multiply(p.z()).shiftLeft(1).mod(P));
  }

  static Point plus(Point p, Point q) {
    if (p.infinite()) return q;
    if (q.infinite()) return p;
    var zz1 = p.z().multiply(p.z()).mod(P);
    var zz2 = q.z().multiply(q.z()).mod(P);
    var u1 = p.x().multiply(zz2).mod(P);
    var s1 = p.y().multiply(zz2).multiply(q.z()).mod(P);
    var h = q.x().multiply(zz1).subtract(u1).mod(P);
    var r = q.y().multiply(zz1).multiply(p.z()).subtract(s1).mod(P);
    if (h.signum() == 0) return r.signum() == 0 ? twice(p) : INFINITY;
    var hh = h.multiply(h).mod(P);
    var hhh = hh.multiply(h).mod(P);
    var v = u1.multiply(hh).mod(P);
    var x = r.multiply(r).subtract(hhh).subtract(v.shiftLeft(1)).mod(P);
    var y = r.multiply(v.subtract(x)).subtract(s1.multiply(hhh)).mod(P);
    return new Point(x, y, h.multiply(p.z()).multiply(q.z()).mod(P));
  }

  static Point times(BigInteger k, Point p) {
    Point sum = INFINITY;
    for (int i = k.bitLength() - 1; i >= 0; i--) {
      sum = twice(sum);
      if (k.testBit(i)) sum = plus(sum, p);
    }
    return sum;
  }

  /** The hash of signer and message that is signed. */
  static BigInteger digest(byte[] userId, BigInteger x, BigInteger y, byte[] message) {
    byte[] bits = ByteBuffer.allocate(2).putShort((short) (userId.length * 8)).array();
    byte[] z =
        Sm3.hash(bits, userId, bytes(A), bytes(B), bytes(G.x()), bytes(G.y()), bytes(x), bytes(y));
    return new BigInteger(1, Sm3.hash(z, message));
  }

  static byte[] bytes(BigInteger value) {
    byte[] big = value.toByteArray();
    byte[] out = new byte[32];
    int length = Math.min(32, big.length);
    System.arraycopy(big, big.length - length, out, 32 - length, length);
    return out;
  }

  /**
   * @param raw r and s, 32 bytes each, big-endian
   */
  static boolean verify(BigInteger x, BigInteger y, byte[] userId, byte[] message, byte[] raw) {
    if (raw.length != 64 || !contains(x, y)) return false;
    var r = new BigInteger(1, Arrays.copyOf(raw, 32));
    var s = new BigInteger(1, Arrays.copyOfRange(raw, 32, 64));
    if (r.signum() == 0 || s.signum() == 0 || r.compareTo(N) >= 0 || s.compareTo(N) >= 0)
      return false;
    var t = r.add(s).mod(N);
    if (t.signum() == 0) return false;
    var sum = plus(times(s, G), times(t, new Point(x, y, BigInteger.ONE)));
    if (sum.infinite()) return false;
    return digest(userId, x, y, message).add(sum.affineX()).mod(N).equals(r);
  }
}
