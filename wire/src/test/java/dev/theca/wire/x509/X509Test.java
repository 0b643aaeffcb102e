package dev.theca.wire.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.Outcome;
import dev.theca.wire.Shared;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our reader against the JDK's, on genuine certificates and lists. */
class X509Test {
  private static List<byte[]> genuine(String folder, String label) throws IOException {
    Path root = Shared.testdata("evidence");
    var found = new ArrayList<byte[]>();
    try (var files = Files.walk(root.resolve(folder))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".der")) found.add(bytes);
        else if (file.toString().endsWith(".pem"))
          found.addAll(
              Pem.read(label, new String(bytes, StandardCharsets.ISO_8859_1)).orElse(List.of()));
      }
    }
    assumeTrue(!found.isEmpty(), "no files in " + folder);
    return found;
  }

  @Test
  void genuine_certificates_read_as_the_jdk_reads_them() throws IOException, CertificateException {
    var all = new ArrayList<>(genuine("intel/pck", "CERTIFICATE"));
    all.addAll(genuine("intel/chain", "CERTIFICATE"));
    all.addAll(genuine("snp/certs", "CERTIFICATE"));
    for (byte[] der : all) {
      var theirs =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      var ours = Certificate.parse(der).orThrow();
      assertThat(ours.tbs()).isEqualTo(theirs.getTBSCertificate());
      assertThat(ours.serial()).isEqualTo(theirs.getSerialNumber());
      assertThat(ours.issuer().encoded()).isEqualTo(theirs.getIssuerX500Principal().getEncoded());
      assertThat(ours.notBefore()).isEqualTo(theirs.getNotBefore().toInstant());
      assertThat(ours.notAfter()).isEqualTo(theirs.getNotAfter().toInstant());
      assertThat(ours.spki()).isEqualTo(theirs.getPublicKey().getEncoded());
      assertThat(ours.signature()).isEqualTo(theirs.getSignature());
      boolean ca = ours.basicConstraints().map(Certificate.BasicConstraints::ca).orElse(false);
      assertThat(ca).isEqualTo(theirs.getBasicConstraints() >= 0);
      boolean[] usage = theirs.getKeyUsage();
      if (usage != null) assertThat(ours.mayBeUsedFor(5)).isEqualTo(usage[5]);
      assertThat(ours.algorithm()).isNotEqualTo(SignatureAlgorithm.OTHER);
    }
  }

  @Test
  void genuine_lists_read_as_the_jdk_reads_them()
      throws IOException, CertificateException, CRLException {
    for (byte[] der : genuine("intel/crl", "X509 CRL")) {
      var theirs =
          (X509CRL)
              CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
      var ours = Crl.parse(der).orThrow();
      assertThat(ours.tbs()).isEqualTo(theirs.getTBSCertList());
      assertThat(ours.nextUpdate()).contains(theirs.getNextUpdate().toInstant());
      int count =
          theirs.getRevokedCertificates() == null ? 0 : theirs.getRevokedCertificates().size();
      assertThat(ours.revoked()).hasSize(count);
      assertThat(ours.extensions()).containsKeys("2.5.29.20", "2.5.29.35");
    }
  }

  @Test
  void cut_and_lengthened_certificates_are_refused_without_an_exception() throws IOException {
    byte[] good = genuine("snp/certs", "CERTIFICATE").getFirst();
    for (int length = 0; length < good.length; length++)
      assertThat(Certificate.parse(Arrays.copyOf(good, length)).isGranted()).isFalse();
    assertThat(Certificate.parse(Arrays.copyOf(good, good.length + 1)).isGranted()).isFalse();
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x55;
      if (Certificate.parse(bad) instanceof Outcome.Granted<Certificate>(var c))
        assertThat(c.encoded()).isEqualTo(bad);
      Crl.parse(bad);
    }
  }
}
