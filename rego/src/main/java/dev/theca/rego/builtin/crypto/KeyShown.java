package dev.theca.rego.builtin.crypto;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.Arrays;

/** Keys as Go's JSON shows the structures of its packages {@code crypto/...}, and as JWK. */
final class KeyShown {
  private KeyShown() {}

  static Value of(Key key) {
    return switch (key) {
      case Key.Rsa rsa -> rsa(rsa).value();
      case Key.RsaPrivate pair ->
          rsa(pair.open())
              .with("D", pair.d())
              .with("Primes", ArrayValue.owning(NumberValue.of(pair.p()), NumberValue.of(pair.q())))
              .with(
                  "Precomputed",
                  new Shown()
                      .with("Dp", pair.dp())
                      .with("Dq", pair.dq())
                      .with("Qinv", pair.inverse())
                      .with("CRTValues", ArrayValue.EMPTY)
                      .value())
              .value();
      case Key.Ec ec -> ec(ec).value();
      case Key.EcPrivate(Key.Ec open, BigInteger d) -> ec(open).with("D", d).value();
      case Key.Ed(Bytes point) -> Octets.shown(point.array());
      case Key.EdPrivate(Key.Ed open, Bytes seed) -> {
        byte[] both = Arrays.copyOf(seed.array(), 64);
        System.arraycopy(open.point().array(), 0, both, 32, 32);
        yield Octets.shown(both);
      }
      case Key.Dsa dsa ->
          new Shown()
              .with("P", dsa.p())
              .with("Q", dsa.q())
              .with("G", dsa.g())
              .with("Y", dsa.y())
              .value();
      case Key.Shared(Bytes bytes) -> Octets.shown(bytes.array());
      case Key.Other _ -> NullValue.NULL;
    };
  }

  private static Shown rsa(Key.Rsa key) {
    return new Shown().with("N", key.modulus()).with("E", key.exponent());
  }

  private static Shown ec(Key.Ec key) {
    return new Shown().with("Curve", ObjectValue.EMPTY).with("X", key.x()).with("Y", key.y());
  }

  /** As a key in JSON (RFC 7518, section 6); null for keys that have no such form. */
  static @org.jspecify.annotations.Nullable Value jwk(Key key) {
    return switch (key) {
      case Key.RsaPrivate pair ->
          new Shown()
              .with("kty", Value.of("RSA"))
              .with("n", number(pair.open().modulus(), 0))
              .with("e", number(pair.open().exponent(), 0))
              .with("d", number(pair.d(), 0))
              .with("p", number(pair.p(), 0))
              .with("q", number(pair.q(), 0))
              .with("dp", number(pair.dp(), 0))
              .with("dq", number(pair.dq(), 0))
              .with("qi", number(pair.inverse(), 0))
              .value();
      case Key.EcPrivate(Key.Ec open, BigInteger d) -> {
        int size = open.curve().bytes();
        yield new Shown()
            .with("kty", Value.of("EC"))
            .with("crv", Value.of(open.curve().jose()))
            .with("x", number(open.x(), size))
            .with("y", number(open.y(), size))
            .with("d", number(d, size))
            .value();
      }
      case Key.EdPrivate(Key.Ed open, Bytes seed) ->
          new Shown()
              .with("kty", Value.of("OKP"))
              .with("crv", Value.of("Ed25519"))
              .with("x", Value.of(Octets.urlText(open.point().array())))
              .with("d", Value.of(Octets.urlText(seed.array())))
              .value();
      case Key.Rsa _, Key.Ec _, Key.Ed _, Key.Dsa _, Key.Shared _, Key.Other _ -> null;
    };
  }

  private static Value number(BigInteger number, int size) {
    return Value.of(
        Octets.urlText(Salt.bytes(number, Math.max(size, (number.bitLength() + 7) / 8))));
  }
}
