package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.Pem;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Certificates in PEM, recognised by what Intel's names contain. */
final class CertificateChain {
  static final String ROOT = "SGX Root CA";
  static final String LEAF = "SGX PCK Certificate";
  static final String SIGNING = "SGX TCB Signing";

  private final List<Certificate> certificates;

  private CertificateChain(List<Certificate> certificates) {
    this.certificates = certificates;
  }

  static CertificateChain parse(String pem, int count, Step step, String what) throws Rejected {
    var blocks = Pem.read("CERTIFICATE", pem);
    if (blocks.isEmpty() || blocks.get().size() != count)
      throw new Rejected(
          EvidenceCode.FORMAT_CERTIFICATE,
          step,
          what,
          count + " certificates in PEM",
          blocks.map(b -> b.size() + "").orElse("malformed text"));
    var read = new ArrayList<Certificate>();
    for (byte[] der : blocks.get()) {
      try {
        read.add(Certificate.read(der));
      } catch (DerReader.Malformed e) {
        throw new Rejected(
            EvidenceCode.FORMAT_CERTIFICATE,
            step,
            what,
            "X.509 certificates",
            String.valueOf(e.getMessage()));
      }
    }
    return new CertificateChain(read);
  }

  static CertificateChain parse(byte[] pem, int count, Step step, String what) throws Rejected {
    return parse(new String(pem, StandardCharsets.ISO_8859_1), count, step, what);
  }

  Certificate get(int index) {
    return certificates.get(index);
  }

  Certificate last() {
    return certificates.getLast();
  }

  /** The self-issued one, wherever it stands. */
  Optional<Certificate> root() {
    return certificates.stream().filter(Certificate::selfIssued).reduce((a, b) -> b);
  }

  Optional<Certificate> intermediate() {
    return certificates.stream()
        .filter(c -> !c.selfIssued() && c.subject().commonName().contains("CA"))
        .findFirst();
  }

  Optional<Certificate> leaf() {
    return certificates.stream()
        .filter(c -> c.subject().commonName().contains(LEAF))
        .reduce((a, b) -> b);
  }

  /** The one that issued none of the others. */
  Optional<Certificate> topmost() {
    return certificates.stream()
        .filter(
            c ->
                certificates.stream()
                    .noneMatch(
                        o -> !o.subject().equals(c.subject()) && o.issuer().equals(c.subject())))
        .reduce((a, b) -> b);
  }
}
