package dev.theca.forge;

import dev.theca.wire.der.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes X.509 certificates and CRLs (RFC 5280) with ECDSA P-256 signatures. */
final class Certificates {
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final String ORGANISATION = "Simulated Platform";

  private Certificates() {}

  /** What a certificate says about its subject. */
  record Subject(
      String commonName, PublicKey key, boolean ca, int pathLength, List<byte[]> extensions) {}

  /** The issuing side: a name and a key. */
  record Issuer(String commonName, KeyPair key) {}

  static byte[] certificate(
      Issuer issuer, Subject subject, BigInteger serial, Instant from, Instant to) {
    byte[] tbs =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(serial),
            ECDSA_SHA256,
            name(issuer.commonName()),
            Der.sequence(Der.time(from), Der.time(to)),
            name(subject.commonName()),
            subject.key().getEncoded(),
            Der.explicit(3, Der.sequence(extensions(issuer, subject).toArray(byte[][]::new))));
    return Der.sequence(tbs, ECDSA_SHA256, Der.bits(Signer.der(issuer.key(), tbs)));
  }

  private static List<byte[]> extensions(Issuer issuer, Subject subject) {
    var list = new ArrayList<byte[]>();
    list.add(
        extension(
            "2.5.29.35", false, Der.sequence(Der.element(0x80, keyId(issuer.key().getPublic())))));
    byte[] uri = Der.ia5(0x86, "https://simulated.invalid/crl.der");
    byte[] point = Der.sequence(Der.element(0xA0, Der.element(0xA0, uri)));
    list.add(extension("2.5.29.31", false, Der.sequence(point)));
    list.add(extension("2.5.29.14", false, Der.octets(keyId(subject.key()))));
    list.add(
        extension("2.5.29.15", true, subject.ca() ? Der.namedBits(5, 6) : Der.namedBits(0, 1)));
    byte[] constraints =
        subject.ca()
            ? Der.sequence(Der.bool(true), Der.integer(subject.pathLength()))
            : Der.sequence();
    list.add(extension("2.5.29.19", true, constraints));
    list.addAll(subject.extensions());
    return list;
  }

  static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  static byte[] crl(
      Issuer issuer, long number, Instant from, Instant to, List<BigInteger> revoked) {
    var parts =
        new ArrayList<>(
            List.of(
                Der.integer(1),
                ECDSA_SHA256,
                name(issuer.commonName()),
                Der.time(from),
                Der.time(to)));
    if (!revoked.isEmpty()) {
      parts.add(
          Der.sequence(
              revoked.stream()
                  .map(s -> Der.sequence(Der.integer(s), Der.time(from)))
                  .toArray(byte[][]::new)));
    }
    byte[] aki =
        extension(
            "2.5.29.35", false, Der.sequence(Der.element(0x80, keyId(issuer.key().getPublic()))));
    byte[] crlNumber = extension("2.5.29.20", false, Der.integer(number));
    parts.add(Der.explicit(0, Der.sequence(aki, crlNumber)));
    byte[] tbs = Der.sequence(parts.toArray(byte[][]::new));
    return Der.sequence(tbs, ECDSA_SHA256, Der.bits(Signer.der(issuer.key(), tbs)));
  }

  private static byte[] name(String commonName) {
    return Der.sequence(
        Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))),
        Der.set(Der.sequence(Der.oid("2.5.4.10"), Der.utf8(ORGANISATION))));
  }

  private static byte[] keyId(PublicKey key) {
    byte[] spki = key.getEncoded();
    return sha1(
        Arrays.copyOfRange(
            spki, spki.length - 65, spki.length)); // RFC 5280 4.2.1.2 (1): the key's bits
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-1", e);
    }
  }

  static X509Certificate parse(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IllegalStateException("a forged certificate does not parse", e);
    }
  }
}
