package dev.theca.cli.broker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that believes the certificates of a file, and no others. */
final class Authorities {
  private Authorities() {}

  static SSLContext of(Path file) {
    try {
      var believed = KeyStore.getInstance("PKCS12");
      believed.load(null, null);
      int count = 0;
      var in = new ByteArrayInputStream(Input.of(file));
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in))
        believed.setCertificateEntry("ca" + count++, certificate);
      if (count == 0) throw new WrongUsage("there is no certificate in " + file);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(believed);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new WrongUsage("--ca: " + file + " does not hold certificates in PEM");
    }
  }
}
