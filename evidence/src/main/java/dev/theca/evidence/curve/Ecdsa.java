package dev.theca.evidence.curve;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * ECDSA verification (FIPS 186-5, section 6.4.2) of hashes of public data, in Java alone. A key
 * that is seen for the third time gets a table, which makes its verifications several times
 * cheaper; the least recently used tables go. Thread-safe; never throws for a bad signature.
 */
public final class Ecdsa implements EcdsaEngine {
  private static final int USES_BEFORE_TABLE = 3;
  private static final int WIDTH = 6;

  private static final class Known {
    int uses;
    Optional<KeyTable> table = Optional.empty();
  }

  private final Map<EcKey, Known> known;

  /**
   * @param tables how many keys get a table at most; one of P-256 takes 110 kB
   */
  public Ecdsa(int tables) {
    known =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<EcKey, Known> eldest) {
            return size() > tables;
          }
        };
  }

  @Override
  public boolean verify(EcKey key, byte[] hash, byte[] raw) {
    Curve curve = key.curve;
    int size = curve.bytes;
    if (raw.length != 2 * size) return false;
    var r = new BigInteger(1, Arrays.copyOf(raw, size));
    var s = new BigInteger(1, Arrays.copyOfRange(raw, size, 2 * size));
    BigInteger n = curve.order;
    if (r.signum() == 0 || s.signum() == 0 || r.compareTo(n) >= 0 || s.compareTo(n) >= 0)
      return false;
    var e = new BigInteger(1, hash.length > size ? Arrays.copyOf(hash, size) : hash);
    BigInteger w = s.modInverse(n);
    BigInteger u1 = e.multiply(w).mod(n);
    BigInteger u2 = r.multiply(w).mod(n);
    var sum = new Point(curve.field);
    table(key).ifPresentOrElse(t -> t.addTo(sum, u2), () -> Window.addTo(sum, key, u2));
    curve.base().addTo(sum, u1);
    return !sum.isInfinity() && xIs(curve, sum, r);
  }

  /**
   * Whether the point's affine x is r modulo the order: x Z² against r Z², without an inversion.
   */
  private static boolean xIs(Curve curve, Point sum, BigInteger r) {
    Field f = curve.field;
    long[] zz = f.element();
    long[] v = f.element();
    f.sqr(zz, sum.z);
    for (BigInteger x = r; x.compareTo(f.p) < 0; x = x.add(curve.order)) {
      f.mul(v, f.of(x), zz);
      f.sub(v, v, sum.x);
      if (f.isZero(v)) return true;
    }
    return false;
  }

  private Optional<KeyTable> table(EcKey key) {
    synchronized (known) {
      var entry = known.computeIfAbsent(key, k -> new Known());
      if (entry.table.isEmpty() && ++entry.uses >= USES_BEFORE_TABLE)
        entry.table = Optional.of(KeyTable.of(key.curve, key.x, key.y, WIDTH));
      return entry.table;
    }
  }
}
