package dev.theca.image.crypt;

import dev.theca.wire.der.Der;
import dev.theca.wire.der.DerReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;

/** Private keys in DER: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 A.1.2), SEC 1 (RFC 5915). */
final class PrivateKeyDer {
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String EC = "1.2.840.10045.2.1";

  private PrivateKeyDer() {}

  static KeyPair read(byte[] der) throws GeneralSecurityException {
    byte[] pkcs8 = {};
    try {
      pkcs8 = pkcs8(der);
      return pair(pkcs8);
    } catch (DerReader.Malformed | RuntimeException e) {
      throw new GeneralSecurityException("no private key in PKCS#8, PKCS#1 or SEC 1", e);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /** PKCS#8 has an algorithm second, PKCS#1 a number, SEC 1 the octets of the key. */
  private static byte[] pkcs8(byte[] der) throws DerReader.Malformed {
    var in = new DerReader(der).sequence();
    byte[] unused = in.element();
    return switch (in.peekTag()) {
      case 0x30 -> der.clone();
      case 0x02 -> wrapped(der, Der.oid(RSA), new byte[] {5, 0});
      default -> {
        byte[] key = in.content(0x04);
        Arrays.fill(key, (byte) 0);
        yield wrapped(der, Der.oid(EC), in.enter(0xA0).element());
      }
    };
  }

  private static byte[] wrapped(byte[] key, byte[] algorithm, byte[] parameters) {
    return Der.sequence(Der.integer(0), Der.sequence(algorithm, parameters), Der.octets(key));
  }

  private static KeyPair pair(byte[] pkcs8) throws GeneralSecurityException, DerReader.Malformed {
    var in = new DerReader(pkcs8).sequence();
    byte[] unused = in.element();
    String algorithm = in.sequence().oid();
    var spec = new PKCS8EncodedKeySpec(pkcs8);
    if (algorithm.equals(EC)
        && KeyFactory.getInstance("EC").generatePrivate(spec) instanceof ECPrivateKey key)
      return new KeyPair(EcPublicHalf.of(key), key);
    var factory = KeyFactory.getInstance("RSA");
    if (algorithm.equals(RSA) && factory.generatePrivate(spec) instanceof RSAPrivateCrtKey key)
      return new KeyPair(
          factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())),
          key);
    throw new GeneralSecurityException("a private key that is neither RSA nor EC");
  }
}
