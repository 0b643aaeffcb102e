package dev.theca.rego.builtin.crypto;

import java.math.BigInteger;

/**
 * A key as a policy wrote it. Private keys here are part of a policy's data: they are no secrets of
 * this house, and nothing keeps them after the evaluation.
 */
sealed interface Key {
  /** An RSA key that verifies. */
  record Rsa(BigInteger modulus, BigInteger exponent) implements Key {}

  /** An RSA key that signs; the primes are positive, their product is the modulus. */
  record RsaPrivate(Rsa open, BigInteger d, BigInteger p, BigInteger q) implements Key {
    BigInteger dp() {
      return d.mod(p.subtract(BigInteger.ONE));
    }

    BigInteger dq() {
      return d.mod(q.subtract(BigInteger.ONE));
    }

    BigInteger inverse() {
      return q.modInverse(p);
    }

    @Override
    public String toString() {
      return "private key of " + open;
    }
  }

  /** A point of its curve. */
  record Ec(Curve curve, BigInteger x, BigInteger y) implements Key {}

  /** A point and its number. */
  record EcPrivate(Ec open, BigInteger d) implements Key {
    @Override
    public String toString() {
      return "private key of " + open;
    }
  }

  /** Ed25519: 32 bytes. */
  record Ed(Bytes point) implements Key {}

  /** Ed25519: 32 bytes of seed. */
  record EdPrivate(Ed open, Bytes seed) implements Key {
    @Override
    public String toString() {
      return "private key of " + open;
    }
  }

  /** DSA, which is shown and never judged. */
  record Dsa(BigInteger p, BigInteger q, BigInteger g, BigInteger y) implements Key {}

  /** Bytes for HMAC. */
  record Shared(Bytes bytes) implements Key {
    @Override
    public String toString() {
      return "shared key";
    }
  }

  /** A key of another use, such as the agreement of keys, or of no known algorithm. */
  record Other() implements Key {}

  /** What verifies: of a private key its public half. */
  default Key verifying() {
    return switch (this) {
      case RsaPrivate(Rsa open, _, _, _) -> open;
      case EcPrivate(Ec open, _) -> open;
      case EdPrivate(Ed open, _) -> open;
      case Rsa _, Ec _, Ed _, Dsa _, Shared _, Other _ -> this;
    };
  }
}
