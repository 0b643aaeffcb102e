package dev.theca.interop.crypt;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;

/**
 * The encrypted content of a CMS message: AES in CBC (RFC 3565) or GCM (RFC 5084, and Go's form).
 */
record EnvelopedContent(boolean gcm, int keyBytes, byte[] iv, byte[] ciphertext) {
  private static final int TAG_BYTES = 16;

  static Optional<EnvelopedContent> of(EncryptedContentInfo info) {
    var oid = info.getContentEncryptionAlgorithm().getAlgorithm();
    int keyBytes;
    boolean gcm = false;
    if (oid.equals(NISTObjectIdentifiers.id_aes128_CBC)) keyBytes = 16;
    else if (oid.equals(NISTObjectIdentifiers.id_aes192_CBC)) keyBytes = 24;
    else if (oid.equals(NISTObjectIdentifiers.id_aes256_CBC)) keyBytes = 32;
    else {
      gcm = true;
      if (oid.equals(NISTObjectIdentifiers.id_aes128_GCM)) keyBytes = 16;
      else if (oid.equals(NISTObjectIdentifiers.id_aes256_GCM)) keyBytes = 32;
      else return Optional.empty();
    }
    ASN1OctetString content = info.getEncryptedContent();
    if (content == null) return Optional.empty();
    ASN1Encodable parameters = info.getContentEncryptionAlgorithm().getParameters();
    byte[] iv = gcm ? nonce(parameters) : ASN1OctetString.getInstance(parameters).getOctets();
    if (iv.length != (gcm ? 12 : 16)) return Optional.empty();
    return Optional.of(new EnvelopedContent(gcm, keyBytes, iv, content.getOctets()));
  }

  /**
   * {@code GCMParameters ::= SEQUENCE {nonce, length}}; Go wraps it once more and tags the nonce.
   */
  private static byte[] nonce(ASN1Encodable parameters) {
    var sequence = ASN1Sequence.getInstance(parameters);
    if (sequence.size() == 1) sequence = ASN1Sequence.getInstance(sequence.getObjectAt(0));
    if (ASN1Integer.getInstance(sequence.getObjectAt(1)).intValueExact() != TAG_BYTES)
      throw new IllegalArgumentException("a tag of another size");
    return sequence.getObjectAt(0) instanceof ASN1TaggedObject tagged
        ? ASN1OctetString.getInstance(tagged, false).getOctets()
        : ASN1OctetString.getInstance(sequence.getObjectAt(0)).getOctets();
  }

  byte[] open(byte[] key) throws GeneralSecurityException {
    var cipher = Cipher.getInstance(gcm ? "AES/GCM/NoPadding" : "AES/CBC/PKCS5Padding");
    AlgorithmParameterSpec start =
        gcm ? new GCMParameterSpec(TAG_BYTES * 8, iv) : new IvParameterSpec(iv);
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), start);
    return cipher.doFinal(ciphertext);
  }
}
