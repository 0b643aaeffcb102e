package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes TLS contexts from {@link Trust}. Settings that cannot be read are a fault of the caller.
 */
final class TlsContexts {
  private TlsContexts() {}

  static SSLContext of(Trust trust, Trust.Host host) {
    try {
      var context = SSLContext.getInstance("TLS");
      var client = host.client();
      context.init(
          client.isPresent() ? keys(client.get()) : new KeyManager[0],
          managers(trust, host.authorities()),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ImageException("TLS settings of the registry client: " + e.getMessage(), e);
    }
  }

  /** Believes nobody: for connections that are plain text; TLS with it fails. */
  static SSLContext nobody() {
    return fixed(new Anybody(false));
  }

  /** Believes everybody: for registries that are named as insecure. */
  static SSLContext anybody() {
    return fixed(new Anybody(true));
  }

  private static SSLContext fixed(TrustManager manager) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[] {manager}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new ImageException("the JDK has no TLS", e);
    }
  }

  private static TrustManager @Nullable [] managers(Trust trust, Optional<String> more)
      throws GeneralSecurityException, IOException {
    var own = Stream.of(trust.authorities(), more).flatMap(Optional::stream).toList();
    if (own.isEmpty()) return null; // the JDK's own
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    for (String pem : own) {
      var found = certificates(pem);
      if (found.isEmpty())
        throw new CertificateException("no certificate in the PEM of authorities");
      for (Certificate one : found) store.setCertificateEntry("own-" + count++, one);
    }
    if (!trust.only())
      for (X509Certificate one : standard()) store.setCertificateEntry("jdk-" + count++, one);
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static X509Certificate[] standard() throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers())
      if (manager instanceof X509TrustManager x509) return x509.getAcceptedIssuers();
    return new X509Certificate[0];
  }

  private static List<Certificate> certificates(String pem) throws CertificateException {
    var factory = CertificateFactory.getInstance("X.509");
    var out = new ArrayList<Certificate>();
    for (byte[] der : Pem.read("CERTIFICATE", pem).orElse(List.of()))
      out.add(factory.generateCertificate(new ByteArrayInputStream(der)));
    return out;
  }

  private static KeyManager[] keys(Trust.ClientCertificate client)
      throws GeneralSecurityException, IOException {
    var chain = certificates(client.chainPem()).toArray(Certificate[]::new);
    if (chain.length == 0) throw new CertificateException("no client certificate in its PEM");
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] password = new char[0]; // the store never leaves memory
    store.setKeyEntry("client", client.keyPem().lend(TlsContexts::key), password, chain);
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  private static PrivateKey key(byte[] pem) throws GeneralSecurityException {
    var blocks = Pem.read("PRIVATE KEY", new String(pem, StandardCharsets.US_ASCII));
    if (blocks.isEmpty() || blocks.get().size() != 1)
      throw new InvalidKeySpecException("a client key must be one PKCS#8 block");
    byte[] der = blocks.get().getFirst();
    try {
      for (String kind : new String[] {"EC", "RSA", "Ed25519"}) {
        try {
          return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
          continue; // a key of another kind
        }
      }
    } finally {
      Arrays.fill(der, (byte) 0);
    }
    throw new InvalidKeySpecException("a client key is EC, RSA or Ed25519");
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    private final boolean welcome;

    Anybody(boolean welcome) {
      this.welcome = welcome;
    }

    private void check() throws CertificateException {
      if (!welcome) throw new CertificateException("this client speaks plain text only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
