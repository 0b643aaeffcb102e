package dev.theca.wire.x509;

import dev.theca.wire.der.DerReader;
import java.math.BigInteger;
import java.util.Arrays;

/** A SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), read but not judged. */
public sealed interface PublicKeyInfo {
  /**
   * An uncompressed point: the curve's OID, x and y big-endian; whether it is on the curve is open.
   */
  record Ec(String curve, byte[] xy) implements PublicKeyInfo {}

  record Rsa(BigInteger modulus, BigInteger exponent) implements PublicKeyInfo {}

  /** Any other algorithm, by OID. */
  record Other(String algorithm) implements PublicKeyInfo {}

  String P256 = "1.2.840.10045.3.1.7";
  String P384 = "1.3.132.0.34";
  String P521 = "1.3.132.0.35";

  /** Reads the whole element, tag included. */
  static PublicKeyInfo read(byte[] spki) throws DerReader.Malformed {
    var outer = new DerReader(spki);
    var in = outer.sequence();
    outer.end();
    var algorithm = in.sequence();
    String oid = algorithm.oid();
    byte[] bits = bits(in);
    in.end();
    return switch (oid) {
      case "1.2.840.10045.2.1" -> {
        if (algorithm.peekTag() != 0x06) throw new DerReader.Malformed("a curve without a name");
        String curve = algorithm.oid();
        algorithm.end();
        if (bits.length < 3 || bits[0] != 4 || bits.length % 2 == 0)
          throw new DerReader.Malformed("a point that is not uncompressed");
        yield new Ec(curve, Arrays.copyOfRange(bits, 1, bits.length));
      }
      case "1.2.840.113549.1.1.1" -> {
        var keyOuter = new DerReader(bits);
        var key = keyOuter.sequence();
        keyOuter.end();
        var modulus = key.integer();
        var exponent = key.integer();
        key.end();
        if (modulus.signum() <= 0 || modulus.bitLength() > 8192 || exponent.signum() <= 0)
          throw new DerReader.Malformed("an RSA key out of range");
        yield new Rsa(modulus, exponent);
      }
      default -> new Other(oid);
    };
  }

  /** A BIT STRING of whole bytes. */
  static byte[] bits(DerReader in) throws DerReader.Malformed {
    byte[] content = in.content(0x03);
    if (content.length == 0 || content[0] != 0)
      throw new DerReader.Malformed("a bit string with unused bits");
    return Arrays.copyOfRange(content, 1, content.length);
  }
}
