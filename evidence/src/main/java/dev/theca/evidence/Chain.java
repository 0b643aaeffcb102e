package dev.theca.evidence;

import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** X.509 as Intel's verification asks for it (sections A and B of its order). */
final class Chain {
  private static final int MAX_CRL = 1 << 20;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  private Chain() {}

  /** Parses a PEM chain of exactly {@code count} certificates, leaf first. */
  static List<X509Certificate> parse(String pem, int count, String what) throws Rejected {
    var blocks = Pem.read("CERTIFICATE", pem);
    if (blocks.isEmpty() || blocks.get().size() != count) {
      throw new Rejected(
          EvidenceCode.FORMAT_CERTIFICATE,
          what,
          count + " certificates in PEM",
          blocks.map(b -> b.size() + "").orElse("malformed text"));
    }
    var chain = new ArrayList<X509Certificate>();
    for (byte[] der : blocks.get()) {
      try {
        var in = new ByteArrayInputStream(der);
        chain.add(
            (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        if (in.available() > 0)
          throw new Rejected(
              EvidenceCode.FORMAT_CERTIFICATE, what, "one certificate a block", "more bytes");
      } catch (GeneralSecurityException | RuntimeException e) {
        throw new Rejected(
            EvidenceCode.FORMAT_CERTIFICATE, what, "X.509 certificates", "one that does not parse");
      }
    }
    return chain;
  }

  static X509CRL crl(byte[] der, String what) throws Rejected {
    if (der.length > MAX_CRL)
      throw new Rejected(
          EvidenceCode.FORMAT_LIMIT, what, "at most " + MAX_CRL + " bytes", der.length + "");
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new Rejected(
          EvidenceCode.FORMAT_CRL, what, "an X.509 CRL in DER", "bytes that do not parse");
    }
  }

  static boolean commonNameHas(X509Certificate certificate, String text) {
    for (String part : certificate.getSubjectX500Principal().getName().split(",")) {
      if (part.startsWith("CN=") && part.contains(text)) return true;
    }
    return false;
  }

  /** Whether {@code issuer} issued {@code certificate}: names and signature. */
  static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
      return false;
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }

  /** The root must be self-signed and its key pinned; the pin's name is returned. */
  static String anchor(X509Certificate root, TrustRoots roots, String what) throws Rejected {
    if (!commonNameHas(root, "SGX Root CA"))
      throw new Rejected(
          EvidenceCode.CHAIN_ROOT_MISSING, what, "a root named 'SGX Root CA'", name(root));
    if (!issued(root, root))
      throw new Rejected(
          EvidenceCode.CHAIN_ROOT_NOT_SELF_SIGNED, what, "a self-signed root", name(root));
    requireCa(root, what);
    return roots
        .nameOf(root.getPublicKey())
        .orElseThrow(
            () ->
                new Rejected(
                    EvidenceCode.CHAIN_UNTRUSTED,
                    what + "'s root key",
                    "one of the trust roots " + roots.names(),
                    "'"
                        + name(root)
                        + "', SPKI sha256 "
                        + TrustRoots.fingerprint(root.getPublicKey())));
  }

  static void requireCa(X509Certificate ca, String what) throws Rejected {
    if (ca.getBasicConstraints() < 0)
      throw new Rejected(EvidenceCode.CHAIN_BASIC_CONSTRAINTS, what, "a CA certificate", name(ca));
    boolean[] usage = ca.getKeyUsage();
    if (usage == null || !usage[KEY_CERT_SIGN] || !usage[CRL_SIGN]) {
      throw new Rejected(
          EvidenceCode.CHAIN_KEY_USAGE, what, "a CA that may sign certificates and CRLs", name(ca));
    }
  }

  /** A CRL must be its issuer's: name, extensions, signature. */
  static void checkCrl(X509CRL crl, X509Certificate issuer, String what) throws Rejected {
    if (!crl.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_ISSUER,
          what,
          name(issuer),
          crl.getIssuerX500Principal().getName());
    }
    if (crl.getExtensionValue("2.5.29.20") == null || crl.getExtensionValue("2.5.29.35") == null) {
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_EXTENSIONS,
          what,
          "CRL number and authority key id",
          "not both");
    }
    try {
      crl.verify(issuer.getPublicKey());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_SIGNATURE, what, "a signature of " + name(issuer), "another");
    }
  }

  static boolean revoked(X509CRL crl, BigInteger serial) {
    return crl.getRevokedCertificate(serial) != null;
  }

  static void checkWindow(X509CRL crl, Instant at, String what) throws Rejected {
    var next = crl.getNextUpdate();
    if (next == null
        || at.isAfter(next.toInstant())
        || at.isBefore(crl.getThisUpdate().toInstant())) {
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_EXPIRED,
          what,
          "a time between "
              + crl.getThisUpdate().toInstant()
              + " and "
              + (next == null ? "no end" : next.toInstant()),
          at.toString());
    }
  }

  static void checkValid(X509Certificate certificate, Instant at, EvidenceCode expired, String what)
      throws Rejected {
    if (at.isAfter(certificate.getNotAfter().toInstant())) {
      throw new Rejected(
          expired,
          what + ": " + name(certificate),
          "a time before " + certificate.getNotAfter().toInstant(),
          at.toString());
    }
    if (at.isBefore(certificate.getNotBefore().toInstant())) {
      throw new Rejected(
          EvidenceCode.CHAIN_NOT_YET_VALID,
          what + ": " + name(certificate),
          "a time after " + certificate.getNotBefore().toInstant(),
          at.toString());
    }
  }

  static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
