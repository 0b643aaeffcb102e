package dev.theca.kit;

import dev.theca.forge.Signer;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority for tests: servers on 127.0.0.1, and clients that believe it. */
public final class TestAuthority {
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final AtomicLong SERIAL = new AtomicLong();

  private final String name;
  private final KeyPair key = Signer.newKey();
  private final byte[] certificate;

  public TestAuthority(String name) {
    this.name = name;
    this.certificate = sign(name, key, true);
  }

  /** The authority's own certificate as PEM. */
  public String pem() {
    return Pem.write("CERTIFICATE", certificate);
  }

  /** Writes a new server's certificate and key. */
  public void writeServer(String commonName, Path certificateFile, Path keyFile)
      throws IOException {
    var own = Signer.newKey();
    Files.writeString(certificateFile, Pem.write("CERTIFICATE", sign(commonName, own, false)));
    Files.writeString(keyFile, Pem.write("PRIVATE KEY", own.getPrivate().getEncoded()));
  }

  /** What a server on 127.0.0.1 needs. */
  public SSLContext server() {
    var own = Signer.newKey();
    try {
      var store = empty();
      var chain = new Certificate[] {parsed(sign("server", own, false))};
      store.setKeyEntry("server", own.getPrivate(), new char[0], chain);
      var keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a client needs that believes this authority and no other. */
  public SSLContext client() {
    try {
      var store = empty();
      store.setCertificateEntry("authority", parsed(certificate));
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    return store;
  }

  private static Certificate parsed(byte[] der) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(der));
  }

  private byte[] sign(String commonName, KeyPair subject, boolean ca) {
    byte[] extension =
        ca
            ? extension("2.5.29.19", Der.sequence(Der.bool(true)))
            : extension(
                "2.5.29.17", // RFC 5280 section 4.2.1.6: iPAddress is [7], dNSName [2]
                Der.sequence(
                    Der.element(0x87, new byte[] {127, 0, 0, 1}),
                    Der.element(0x82, "localhost".getBytes(StandardCharsets.US_ASCII))));
    byte[] tbs =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(SERIAL.incrementAndGet()),
            ECDSA_SHA256,
            dn(name),
            Der.sequence(
                Der.time(Instant.now().minusSeconds(3600)),
                Der.time(Instant.now().plusSeconds(86400))),
            dn(commonName),
            subject.getPublic().getEncoded(),
            Der.explicit(3, Der.sequence(extension)));
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(tbs);
      return Der.sequence(tbs, ECDSA_SHA256, Der.bits(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] extension(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value));
  }

  private static byte[] dn(String commonName) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
  }
}
