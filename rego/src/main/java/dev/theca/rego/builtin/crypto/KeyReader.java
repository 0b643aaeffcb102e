package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.wire.der.DerReader;
import java.math.BigInteger;
import java.util.Arrays;

/** Reads public and private keys from DER. */
final class KeyReader {
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String DSA = "1.2.840.10040.4.1";
  private static final String EC = "1.2.840.10045.2.1";
  private static final String ED25519 = "1.3.101.112";
  private static final String X25519 = "1.3.101.110";

  private KeyReader() {}

  /** Go's number of the algorithm of a public key, 0 for those it does not know. */
  static int algorithm(String oid) {
    return switch (oid) {
      case RSA -> 1;
      case DSA -> 2;
      case EC -> 3;
      case ED25519 -> 4;
      default -> 0;
    };
  }

  /** A SubjectPublicKeyInfo alone. */
  static Key spki(byte[] der) throws BuiltinFault {
    try {
      var outer = new DerReader(der);
      var in = outer.sequence();
      outer.end();
      var algorithm = in.sequence();
      String oid = algorithm.oid();
      var key = open(oid, algorithm, Asn1.bits(in).aligned());
      if (key instanceof Key.Other && !oid.equals(X25519))
        throw new BuiltinFault("x509: unknown public key algorithm");
      return key;
    } catch (DerReader.Malformed e) {
      throw new BuiltinFault("x509: malformed public key: " + e.getMessage());
    }
  }

  /** A public key: its algorithm, the parameters that follow, its bytes. */
  static Key open(String oid, DerReader parameters, byte[] bytes)
      throws DerReader.Malformed, BuiltinFault {
    return switch (oid) {
      case RSA -> {
        if (parameters.peekTag() != 5)
          throw new BuiltinFault("x509: RSA key missing NULL parameters");
        var in = new DerReader(bytes).sequence();
        yield rsa(Asn1.integer(in), Asn1.integer(in));
      }
      case DSA -> {
        var in = parameters.sequence();
        yield new Key.Dsa(
            Asn1.integer(in),
            Asn1.integer(in),
            Asn1.integer(in),
            Asn1.integer(new DerReader(bytes)));
      }
      case EC -> point(curve(parameters.oid()), bytes);
      case ED25519 -> {
        if (parameters.hasNext())
          throw new BuiltinFault("x509: Ed25519 key encoded with illegal parameters");
        if (bytes.length != 32) throw new BuiltinFault("x509: wrong Ed25519 public key size");
        yield new Key.Ed(new Bytes(bytes));
      }
      default -> new Key.Other();
    };
  }

  private static Key.Rsa rsa(BigInteger modulus, BigInteger exponent) throws BuiltinFault {
    if (modulus.signum() <= 0) throw new BuiltinFault("x509: RSA modulus is not a positive number");
    if (exponent.signum() <= 0)
      throw new BuiltinFault("x509: RSA public exponent is not a positive number");
    if (exponent.bitLength() > 63) throw new BuiltinFault("x509: invalid RSA public exponent");
    return new Key.Rsa(modulus, exponent);
  }

  private static Curve curve(String oid) throws BuiltinFault {
    var curve = Curve.ofOid(oid);
    if (curve == null) throw new BuiltinFault("x509: unsupported elliptic curve");
    return curve;
  }

  private static Key.Ec point(Curve curve, byte[] bytes) throws BuiltinFault {
    int size = curve.bytes();
    if (bytes.length != 1 + 2 * size || bytes[0] != 4)
      throw new BuiltinFault("x509: failed to unmarshal elliptic curve point");
    return ec(
        curve,
        new BigInteger(1, Arrays.copyOfRange(bytes, 1, 1 + size)),
        new BigInteger(1, Arrays.copyOfRange(bytes, 1 + size, bytes.length)));
  }

  static Key.Ec ec(Curve curve, BigInteger x, BigInteger y) throws BuiltinFault {
    if (!curve.has(x, y)) throw new BuiltinFault("x509: failed to unmarshal elliptic curve point");
    return new Key.Ec(curve, x, y);
  }

  /** The private key of a PEM block of this type; other blocks hold none: null. */
  static @org.jspecify.annotations.Nullable Key block(String type, byte[] der) throws BuiltinFault {
    try {
      return switch (type) {
        case "RSA PRIVATE KEY" -> pkcs1(der);
        case "PRIVATE KEY" -> pkcs8(der);
        case "EC PRIVATE KEY" -> sec1(der, null);
        default -> null;
      };
    } catch (DerReader.Malformed e) {
      throw new BuiltinFault("asn1: structure error: " + e.getMessage());
    }
  }

  static Key pkcs8(byte[] der) throws BuiltinFault, DerReader.Malformed {
    var in = new DerReader(der).sequence();
    in.integer();
    var algorithm = in.sequence();
    String oid = algorithm.oid();
    byte[] key = in.content(4);
    return switch (oid) {
      case RSA -> pkcs1(key);
      case EC -> sec1(key, algorithm.hasNext() ? curve(algorithm.oid()) : null);
      case ED25519 -> PrivateKeys.ed25519(new DerReader(key).octets(32));
      case X25519 -> new Key.Other();
      default ->
          throw new BuiltinFault(
              "x509: PKCS#8 wrapping contained private key with unknown algorithm: " + oid);
    };
  }

  static Key pkcs1(byte[] der) throws BuiltinFault, DerReader.Malformed {
    var in = new DerReader(der).sequence();
    if (in.integer().signum() != 0) throw new BuiltinFault("x509: unsupported private key version");
    var open = rsa(Asn1.integer(in), Asn1.integer(in));
    return PrivateKeys.rsa(open, Asn1.integer(in), Asn1.integer(in), Asn1.integer(in));
  }

  private static Key sec1(byte[] der, @org.jspecify.annotations.Nullable Curve outer)
      throws BuiltinFault, DerReader.Malformed {
    var in = new DerReader(der).sequence();
    if (!in.integer().equals(BigInteger.ONE))
      throw new BuiltinFault("x509: unknown EC private key version");
    var d = new BigInteger(1, in.content(4));
    Curve curve = outer;
    if (in.peekTag() == 0xA0) {
      var named = in.enter(0xA0);
      if (curve == null) curve = curve(named.oid());
    }
    if (curve == null) throw new BuiltinFault("x509: unknown elliptic curve");
    return PrivateKeys.ec(curve, d);
  }
}
