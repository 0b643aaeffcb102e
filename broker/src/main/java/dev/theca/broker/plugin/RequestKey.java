package dev.theca.broker.plugin;

import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.DerReader.Malformed;
import dev.theca.wire.x509.PublicKeyInfo;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;

/**
 * Keys that get certificates: P-256, P-384, RSA of 2048 to 4096 bits, Ed25519; and the proof that
 * the asker has them.
 */
final class RequestKey {
  private static final String ED25519 = "1.3.101.112";

  /** Signature algorithm by OID; the JDK's name. */
  private static final Map<String, String> SIGNATURES =
      Map.of(
          "1.2.840.10045.4.3.2",
          "SHA256withECDSA",
          "1.2.840.10045.4.3.3",
          "SHA384withECDSA",
          "1.2.840.10045.4.3.4",
          "SHA512withECDSA",
          "1.2.840.113549.1.1.11",
          "SHA256withRSA",
          "1.2.840.113549.1.1.12",
          "SHA384withRSA",
          "1.2.840.113549.1.1.13",
          "SHA512withRSA",
          ED25519,
          "Ed25519");

  private RequestKey() {}

  /** Checks key and signature; whether the key is RSA. */
  static boolean prove(byte[] spki, byte[] algorithm, byte[] signed, byte[] signature)
      throws Malformed {
    var info = PublicKeyInfo.read(spki);
    String family =
        switch (info) {
          case PublicKeyInfo.Ec(String curve, _)
              when curve.equals(PublicKeyInfo.P256) || curve.equals(PublicKeyInfo.P384) ->
              "EC";
          case PublicKeyInfo.Rsa(BigInteger n, BigInteger e)
              when n.bitLength() >= 2048
                  && n.bitLength() <= 4096
                  && e.testBit(0)
                  && e.bitLength() > 1
                  && e.bitLength() <= 64 ->
              "RSA";
          case PublicKeyInfo.Other(String oid) when oid.equals(ED25519) -> "Ed25519";
          case PublicKeyInfo.Ec(String curve, _) -> throw unfit("curve " + curve);
          case PublicKeyInfo.Rsa(BigInteger n, _) -> throw unfit("RSA, " + n.bitLength() + " bits");
          case PublicKeyInfo.Other(String oid) -> throw unfit("algorithm " + oid);
        };
    String oid = new DerReader(algorithm).sequence().oid();
    String name = SIGNATURES.getOrDefault(oid, "");
    if (!name.endsWith(family.equals("EC") ? "ECDSA" : family))
      throw new Malformed("signature algorithm " + oid + " with a key of " + family);
    try {
      var key = KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(spki));
      if (key instanceof ECPublicKey ec && !onCurve(ec))
        throw new Malformed("a point that is not on its curve");
      if (!verifies(name, key, signed, signature))
        throw new Malformed("a signature that the key in the request did not make");
    } catch (GeneralSecurityException e) {
      throw new Malformed("a key that cannot be read");
    }
    return family.equals("RSA");
  }

  private static Malformed unfit(String found) {
    return new Malformed(
        "a key of " + found + ", expected P-256, P-384, RSA of 2048 to 4096 bits, or Ed25519");
  }

  private static boolean verifies(String name, PublicKey key, byte[] signed, byte[] signature)
      throws GeneralSecurityException {
    var verifier = Signature.getInstance(name);
    verifier.initVerify(key);
    verifier.update(signed);
    try {
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // not even the form of a signature
    }
  }

  /** y² = x³ + ax + b; the JDK does not check it when it reads a key. */
  private static boolean onCurve(ECPublicKey key) {
    var curve = key.getParams().getCurve();
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = key.getW().getAffineX();
    BigInteger y = key.getW().getAffineY();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) return false;
    var right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p);
    return y.multiply(y).mod(p).equals(right);
  }
}
