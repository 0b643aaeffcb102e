package dev.theca.image.crypt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import javax.crypto.KeyAgreement;

/**
 * The public key of an EC private key: PKCS#8 need not carry it, and what it carries could be
 * another's. ECDH with the curve's generator gives its x, the curve two candidates for y, and a
 * signature says which; so the secret number goes through constant-time code of the JDK only.
 */
public final class EcPublicHalf {
  private EcPublicHalf() {}

  /** Fails for keys on other curves than those of NIST. */
  public static PublicKey of(ECPrivateKey key) throws GeneralSecurityException {
    ECParameterSpec curve = key.getParams();
    if (!(curve.getCurve().getField() instanceof ECFieldFp field))
      throw new GeneralSecurityException("not a curve over a prime field");
    BigInteger p = field.getP();
    if (!p.testBit(0) || !p.testBit(1))
      throw new GeneralSecurityException("not a NIST curve"); // the root below needs p = 3 mod 4
    var factory = KeyFactory.getInstance("EC");
    var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key);
    var unused =
        agreement.doPhase(
            factory.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
    BigInteger x = new BigInteger(1, agreement.generateSecret());
    BigInteger right =
        x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB()).mod(p);
    BigInteger y = right.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    for (BigInteger candidate : new BigInteger[] {y, p.subtract(y)}) {
      var publicKey = factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, candidate), curve));
      if (belong(key, publicKey)) return publicKey;
    }
    throw new GeneralSecurityException("no public key belongs to the private one");
  }

  private static boolean belong(ECPrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    byte[] text = {1};
    var signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(text);
    byte[] signature = signer.sign();
    signer.initVerify(publicKey);
    signer.update(text);
    return signer.verify(signature);
  }
}
