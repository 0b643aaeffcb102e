package dev.theca.broker.seal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that believes the certificate authorities of a PEM file and no others. */
final class Roots {
  private static final int MAX_BYTES = 1 << 20;

  private Roots() {}

  static SSLContext only(Path pem) {
    try (var in = Files.newInputStream(pem)) {
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(in.readNBytes(MAX_BYTES)));
      if (certificates.isEmpty())
        throw new SealFault(pem + " holds no certificate; put the authority's PEM there");
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (var certificate : certificates)
        store.setCertificateEntry("root" + number++, certificate);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new SealFault("the certificate authorities in " + pem + " cannot be read", e);
    }
  }
}
