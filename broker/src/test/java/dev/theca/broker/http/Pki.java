package dev.theca.broker.http;

import dev.theca.forge.Signer;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A small authority for tests: certificates for 127.0.0.1, and clients that believe it. */
public final class Pki {
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static long serial = 1;

  private final String name;
  private final KeyPair key = Signer.newKey();
  private final byte[] certificate;

  /** A certificate with its key. */
  public record Leaf(byte[] certificate, KeyPair key) {
    public void write(Path certificateFile, Path keyFile) throws IOException {
      Files.writeString(certificateFile, Pem.write("CERTIFICATE", certificate));
      Files.writeString(keyFile, Pem.write("PRIVATE KEY", key.getPrivate().getEncoded()));
    }
  }

  public Pki(String name) {
    this.name = name;
    this.certificate = sign(name, key, true);
  }

  public byte[] certificate() {
    return certificate;
  }

  public Leaf leaf(String commonName) {
    var leafKey = Signer.newKey();
    return new Leaf(sign(commonName, leafKey, false), leafKey);
  }

  private synchronized byte[] sign(String commonName, KeyPair subject, boolean ca) {
    byte[] extensions =
        ca
            ? Der.sequence(extension("2.5.29.19", Der.sequence(Der.bool(true))))
            : Der.sequence(
                extension(
                    "2.5.29.17", // subjectAltName, RFC 5280 4.2.1.6: iPAddress is [7]
                    Der.sequence(Der.element(0x87, new byte[] {127, 0, 0, 1}))));
    byte[] tbs =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(serial++),
            ECDSA_SHA256,
            dn(name),
            Der.sequence(
                Der.time(Instant.now().minusSeconds(3600)),
                Der.time(Instant.now().plusSeconds(86400))),
            dn(commonName),
            subject.getPublic().getEncoded(),
            Der.explicit(3, extensions));
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

  private static java.security.cert.Certificate parsed(byte[] der) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(der));
  }

  /** A client that believes this authority. */
  public SSLContext client() {
    return client(null);
  }

  /** A client that also shows a certificate. */
  public SSLContext client(Leaf own) {
    try {
      var authorities = KeyStore.getInstance("PKCS12");
      authorities.load(null, null);
      authorities.setCertificateEntry("ca", parsed(certificate));
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(authorities);
      var context = SSLContext.getInstance("TLS");
      if (own == null) {
        context.init(null, trust.getTrustManagers(), null);
      } else {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
            "own",
            own.key().getPrivate(),
            new char[0],
            new java.security.cert.Certificate[] {parsed(own.certificate())});
        var manager = KeyManagerFactory.getInstance("PKIX");
        manager.init(keys, new char[0]);
        context.init(manager.getKeyManagers(), trust.getTrustManagers(), null);
      }
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
