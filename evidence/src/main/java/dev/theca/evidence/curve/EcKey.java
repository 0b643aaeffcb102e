package dev.theca.evidence.curve;

import dev.theca.wire.Digest;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/** A public key on a named curve; holding one means that the point is on the curve. */
public final class EcKey {
  final Curve curve;
  final BigInteger x;
  final BigInteger y;
  private final byte[] xy;

  private EcKey(Curve curve, byte[] xy) {
    this.curve = curve;
    this.xy = xy;
    this.x = new BigInteger(1, Arrays.copyOf(xy, curve.bytes));
    this.y = new BigInteger(1, Arrays.copyOfRange(xy, curve.bytes, 2 * curve.bytes));
  }

  /** A key from x and y, big-endian, each as long as the curve's field; empty off the curve. */
  public static Optional<EcKey> of(Curve curve, byte[] xy) {
    return curve.contains(xy) ? Optional.of(new EcKey(curve, xy.clone())) : Optional.empty();
  }

  public Curve curve() {
    return curve;
  }

  /** x and y, big-endian. */
  public byte[] xy() {
    return xy.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EcKey key && key.curve == curve && Arrays.equals(key.xy, xy);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(xy);
  }

  @Override
  public String toString() {
    return curve + " key " + Digest.sha256(xy).hex().substring(0, 16);
  }
}
