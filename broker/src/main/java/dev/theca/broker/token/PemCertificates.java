package dev.theca.broker.token;

import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Certificates in PEM files and DER bytes. */
final class PemCertificates {
  private static final int MAX = 1 << 20;

  private PemCertificates() {}

  /** All certificates of a file, in order; a fault when it cannot be read or one is malformed. */
  static List<X509Certificate> read(Path file) {
    try {
      if (Files.size(file) > MAX) throw new IllegalStateException(file + " is beyond 1 MiB");
      var blocks = Pem.read("CERTIFICATE", Files.readString(file, StandardCharsets.US_ASCII));
      var all = new ArrayList<X509Certificate>();
      for (byte[] der : blocks.orElseThrow(() -> new CertificateException("malformed PEM")))
        all.add(parse(der));
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate in " + file + " is malformed", e);
    }
  }

  static X509Certificate parse(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
