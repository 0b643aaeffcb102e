package dev.theca.interop.crypt;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1Encodable;

/** RSA-OAEP (RFC 8017 section 7.1) with one hash for both places, or with parameters as sent. */
final class Oaep {
  private Oaep() {}

  /**
   * @param hash {@code SHA-1} or {@code SHA-256}
   */
  static byte[] run(int mode, Key key, String hash, byte[] data) throws GeneralSecurityException {
    var mask = hash.equals("SHA-1") ? MGF1ParameterSpec.SHA1 : MGF1ParameterSpec.SHA256;
    var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(mode, key, new OAEPParameterSpec(hash, "MGF1", mask, PSource.PSpecified.DEFAULT));
    return cipher.doFinal(data);
  }

  static byte[] decrypt(PrivateKey key, ASN1Encodable parameters, byte[] data)
      throws GeneralSecurityException {
    var sent = AlgorithmParameters.getInstance("OAEP");
    try {
      sent.init(parameters.toASN1Primitive().getEncoded("DER"));
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException("no OAEP parameters", e);
    }
    var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(Cipher.DECRYPT_MODE, key, sent);
    return cipher.doFinal(data);
  }
}
