package dev.theca.interop.crypt;

import dev.theca.image.ImageException;
import dev.theca.image.crypt.Annotations;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;

/**
 * The holder of a certificate with an RSA key as recipient (ocicrypt, {@code pkcs7}): CMS
 * EnvelopedData (RFC 5652 section 6), RSA PKCS#1 v1.5 and AES-256-CBC, which both Go's tools and
 * OpenSSL open. Go's own form is AES-128-GCM in an encoding that only Go reads.
 */
public final class Pkcs7Wrap implements KeyWrap {
  private final X509Certificate certificate;

  public Pkcs7Wrap(X509Certificate certificate) {
    this.certificate = certificate;
  }

  @Override
  public String annotation() {
    return Annotations.PKCS7;
  }

  @Override
  public Outcome<byte[]> wrap(Secret privateOptions) {
    var generator = new CMSEnvelopedDataGenerator();
    try {
      generator.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(certificate));
      byte[] packet =
          privateOptions
              .<CMSEnvelopedData, CMSException>lend(
                  raw ->
                      generator.generate(
                          new CMSProcessableByteArray(raw),
                          new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).build()))
              .toASN1Structure()
              .getEncoded("DER");
      return Outcome.granted(packet);
    } catch (CertificateEncodingException | CMSException | IOException e) {
      throw new ImageException("cannot write CMS for " + recipient(), e);
    }
  }

  @Override
  public String recipient() {
    return "pkcs7 " + certificate.getSubjectX500Principal();
  }
}
