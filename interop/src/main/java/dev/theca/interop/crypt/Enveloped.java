package dev.theca.interop.crypt;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/** CMS EnvelopedData (RFC 5652 section 6), as much of it as key packets have. */
record Enveloped(List<Recipient> recipients, EnvelopedContent content) {
  private static final int MAX_RECIPIENTS = 32;

  static Optional<Enveloped> parse(byte[] packet) {
    try (var in = new ASN1InputStream(GoSequence.corrected(packet), true)) {
      var info = ContentInfo.getInstance(in.readObject());
      if (!CMSObjectIdentifiers.envelopedData.equals(info.getContentType()))
        return Optional.empty();
      var data = EnvelopedData.getInstance(info.getContent());
      var recipients = new ArrayList<Recipient>();
      if (data.getRecipientInfos().size() > MAX_RECIPIENTS) return Optional.empty();
      for (var item : data.getRecipientInfos())
        if (RecipientInfo.getInstance(item).getInfo() instanceof KeyTransRecipientInfo transport)
          recipients.add(new Recipient(transport));
      return EnvelopedContent.of(data.getEncryptedContentInfo())
          .map(content -> new Enveloped(List.copyOf(recipients), content));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // the library says with many exceptions that it is no CMS
    }
  }

  /** A content key under a public RSA key. */
  record Recipient(KeyTransRecipientInfo info) {
    /** A message that is not for the key gives a random key instead of a hint (RFC 3218). */
    byte[] contentKey(RSAPrivateKey own, int sizeBytes) throws GeneralSecurityException {
      var algorithm = info.getKeyEncryptionAlgorithm();
      byte[] key = {};
      try {
        if (PKCSObjectIdentifiers.id_RSAES_OAEP.equals(algorithm.getAlgorithm())) {
          key = Oaep.decrypt(own, algorithm.getParameters(), info.getEncryptedKey().getOctets());
        } else if (PKCSObjectIdentifiers.rsaEncryption.equals(algorithm.getAlgorithm())) {
          var cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
          cipher.init(Cipher.DECRYPT_MODE, own);
          key = cipher.doFinal(info.getEncryptedKey().getOctets());
        }
      } catch (GeneralSecurityException | RuntimeException e) {
        key = new byte[0];
      }
      if (key.length == sizeBytes) return key;
      byte[] random = new byte[sizeBytes];
      new SecureRandom().nextBytes(random);
      return random;
    }
  }
}
