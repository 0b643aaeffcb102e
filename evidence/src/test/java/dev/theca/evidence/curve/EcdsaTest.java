package dev.theca.evidence.curve;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Own arithmetic against the JDK's, on random input and on the edges. */
class EcdsaTest {
  private static final Random RANDOM = new Random(20261121);

  private static BigInteger modulo(BigInteger value, Field f) {
    return value.mod(f.p);
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void field_arithmetic_agrees_with_big_integers(Curve curve) {
    Field f = curve.field;
    for (int i = 0; i < 2000; i++) {
      var a = edge(f.p, i);
      var b = edge(f.p, RANDOM.nextInt(40));
      long[] fa = f.of(a);
      long[] fb = f.of(b);
      long[] r = f.element();
      f.mul(r, fa, fb);
      assertThat(f.number(r)).isEqualTo(modulo(a.multiply(b), f));
      f.sqr(r, fa);
      assertThat(f.number(r)).isEqualTo(modulo(a.multiply(a), f));
      f.times(r, fa, 8);
      f.sub(r, r, fb);
      f.reduce(r);
      assertThat(f.number(r)).isEqualTo(modulo(a.shiftLeft(3).subtract(b), f));
      f.sub(r, fb, fa);
      f.sqr(r, r);
      assertThat(f.number(r)).isEqualTo(modulo(a.subtract(b).pow(2), f));
      f.sub(r, fa, fb);
      assertThat(f.isZero(r)).isEqualTo(a.equals(b));
    }
  }

  private static BigInteger edge(BigInteger p, int i) {
    return switch (i) {
      case 0 -> BigInteger.ZERO;
      case 1 -> BigInteger.ONE;
      case 2 -> p.subtract(BigInteger.ONE);
      case 3 -> p.subtract(BigInteger.TWO);
      case 4 -> BigInteger.TWO.pow(p.bitLength() - 1);
      case 5 -> BigInteger.TWO.pow(p.bitLength() - 1).subtract(BigInteger.ONE);
      case 6 -> p.shiftRight(1);
      default -> new BigInteger(p.bitLength(), RANDOM).mod(p);
    };
  }

  private record Pair(EcKey key, ECPrivateKey secret) {}

  private static Pair pair(Curve curve) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve == Curve.P256 ? "secp256r1" : "secp384r1"));
    var pair = generator.generateKeyPair();
    var w = ((ECPublicKey) pair.getPublic()).getW();
    return new Pair(
        EcKey.of(curve, join(curve, w.getAffineX(), w.getAffineY())).orElseThrow(),
        (ECPrivateKey) pair.getPrivate());
  }

  private static byte[] join(Curve curve, BigInteger x, BigInteger y) {
    byte[] out = new byte[2 * curve.bytes];
    fill(x, out, curve.bytes);
    fill(y, out, 2 * curve.bytes);
    return out;
  }

  private static void fill(BigInteger value, byte[] out, int end) {
    byte[] big = value.toByteArray();
    int length = Math.min(big.length, out.length / 2);
    Arrays.fill(out, end - out.length / 2, end, (byte) 0);
    System.arraycopy(big, big.length - length, out, end - length, length);
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void signatures_of_the_jdk_are_good_and_changed_ones_are_not(Curve curve)
      throws GeneralSecurityException {
    var engine = new Ecdsa(8);
    var jdk = ProviderEcdsa.ofJdk();
    for (int k = 0; k < 8; k++) {
      var pair = pair(curve);
      for (int i = 0; i < 12; i++) { // beyond the third use a table takes over
        byte[] hash = new byte[curve == Curve.P256 ? 32 : 48];
        if (i > 0) RANDOM.nextBytes(hash); // the first: e = 0, so u1 = 0
        var signer = Signature.getInstance("NONEwithECDSAinP1363Format");
        signer.initSign(pair.secret());
        signer.update(hash);
        byte[] raw = signer.sign();
        assertThat(engine.verify(pair.key(), hash, raw)).as(curve + " use " + i).isTrue();
        assertThat(jdk.verify(pair.key(), hash, raw)).isTrue();
        byte[] bad = raw.clone();
        bad[RANDOM.nextInt(bad.length)] ^= (byte) (1 << RANDOM.nextInt(8));
        assertThat(engine.verify(pair.key(), hash, bad)).isFalse();
        byte[] other = hash.clone();
        other[RANDOM.nextInt(hash.length)] ^= 1;
        assertThat(engine.verify(pair.key(), other, raw)).isFalse();
        byte[] mirrored = raw.clone(); // n - s is as good: Intel does not normalise
        var s = new BigInteger(1, Arrays.copyOfRange(raw, curve.bytes, 2 * curve.bytes));
        fill(curve.order.subtract(s), mirrored, 2 * curve.bytes);
        assertThat(engine.verify(pair.key(), hash, mirrored)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void keys_that_collide_with_the_base_point_verify_too(Curve curve) {
    var g = EcKey.of(curve, join(curve, curve.gx, curve.gy)).orElseThrow();
    var minusG =
        EcKey.of(curve, join(curve, curve.gx, curve.field.p.subtract(curve.gy))).orElseThrow();
    var engine = new Ecdsa(8);
    for (int i = 0; i < 6; i++) {
      // d = 1: s = k^-1 (e + r) for k = 1 gives r = gx, s = e + r
      byte[] hash = new byte[curve.bytes];
      RANDOM.nextBytes(hash);
      var e = new BigInteger(1, hash);
      var r = curve.gx.mod(curve.order);
      byte[] raw = join(curve, r, e.add(r).mod(curve.order));
      assertThat(engine.verify(g, hash, raw)).isTrue();
      assertThat(engine.verify(minusG, hash, raw)).isFalse();
      byte[] negative = join(curve, r, e.subtract(r).mod(curve.order));
      assertThat(engine.verify(minusG, hash, negative)).isTrue();
      // u1 G + u2 Q = infinity: e = -r d
      byte[] cancelling =
          Arrays.copyOf(join(curve, curve.order.subtract(r), BigInteger.ZERO), curve.bytes);
      assertThat(engine.verify(g, cancelling, join(curve, r, BigInteger.ONE))).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void r_and_s_outside_their_range_are_refused(Curve curve) throws GeneralSecurityException {
    var pair = pair(curve);
    var engines = new EcdsaEngine[] {new Ecdsa(8), ProviderEcdsa.ofJdk()};
    var n = curve.order;
    var top = BigInteger.TWO.pow(curve.bytes * 8).subtract(BigInteger.ONE);
    byte[] hash = new byte[curve.bytes];
    for (var engine : engines) {
      for (var r :
          new BigInteger[] {BigInteger.ZERO, BigInteger.ONE, n.subtract(BigInteger.ONE), n, top})
        for (var s :
            new BigInteger[] {BigInteger.ZERO, BigInteger.ONE, n.subtract(BigInteger.ONE), n, top})
          assertThat(engine.verify(pair.key(), hash, join(curve, r, s))).as(r + " " + s).isFalse();
      assertThat(engine.verify(pair.key(), hash, new byte[0])).isFalse();
      assertThat(engine.verify(pair.key(), hash, new byte[2 * curve.bytes + 1])).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void an_x_beyond_the_order_is_found_by_its_remainder(Curve curve) {
    // a point with n <= x < p, so that r = x - n: found by search from x = n upwards
    Field f = curve.field;
    for (var x = curve.order; ; x = x.add(BigInteger.ONE)) {
      var right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(curve.b).mod(f.p);
      var y = right.modPow(f.p.add(BigInteger.ONE).shiftRight(2), f.p);
      if (!y.multiply(y).mod(f.p).equals(right)) continue;
      // with u1 = 0 and u2 = 1: Q itself; e = 0, s = r
      var r = x.subtract(curve.order);
      if (r.signum() == 0) continue;
      var key = EcKey.of(curve, join(curve, x, y)).orElseThrow();
      assertThat(new Ecdsa(2).verify(key, new byte[curve.bytes], join(curve, r, r))).isTrue();
      return;
    }
  }

  @Test
  void points_off_the_curve_are_no_keys() {
    assertThat(EcKey.of(Curve.P256, new byte[64])).isEmpty();
    assertThat(EcKey.of(Curve.P256, new byte[63])).isEmpty();
    byte[] ones = new byte[64];
    Arrays.fill(ones, (byte) 1);
    assertThat(EcKey.of(Curve.P256, ones)).isEmpty();
    byte[] high =
        join(
            Curve.P256,
            Curve.P256.gx.add(Curve.P256.field.p).mod(BigInteger.TWO.pow(256)),
            Curve.P256.gy);
    Arrays.fill(high, 0, 32, (byte) 0xFF);
    assertThat(EcKey.of(Curve.P256, high)).isEmpty();
  }
}
