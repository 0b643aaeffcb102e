package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Whether a signer's certificate leads to an authority at a moment (RFC 5280, section 6, for the
 * short chains of signing CAs): names, signatures, validity, CA flag, path length, key usage, and
 * no critical extension that is not understood. Certificates here live for minutes and are not
 * revoked.
 */
final class CertificatePath {
  private static final int MAX_DEPTH = 5;
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int SIGNS_CERTIFICATES = 5;
  private static final Set<String> UNDERSTOOD =
      Set.of("2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37");

  private final List<Certificate> anchors;
  private final List<Certificate> intermediates;
  private final Instant at;

  CertificatePath(List<Certificate> anchors, List<Certificate> intermediates, Instant at) {
    this.anchors = anchors;
    this.intermediates = intermediates;
    this.at = at;
  }

  /** The certificate that issued {@code leaf}; refused when no path holds. */
  Outcome<Certificate> issuerOf(Certificate leaf, String purposeOid) {
    if (!leaf.mayBeUsedFor(DIGITAL_SIGNATURE)
        || leaf.basicConstraints().filter(b -> b.ca()).isPresent())
      return bad(leaf, "a certificate for signatures", "one for something else");
    if (!purposes(leaf).contains(purposeOid))
      return bad(leaf, "extended key usage " + purposeOid, "another purpose");
    if (!valid(leaf))
      return bad(leaf, "valid at " + at, "valid " + leaf.notBefore() + " to " + leaf.notAfter());
    if (!understood(leaf)) return bad(leaf, "known critical extensions", "an unknown one");
    for (var list : List.of(anchors, intermediates)) {
      for (Certificate issuer : list)
        if (issued(issuer, leaf, 0) && trusted(issuer, 0)) return Outcome.granted(issuer);
    }
    return bad(
        leaf, "issued by an authority that is trusted at " + at, "issued by " + leaf.issuer());
  }

  /**
   * Whether a CA certificate is an anchor, or was issued under one. {@code below}: CAs below it.
   */
  private boolean trusted(Certificate ca, int below) {
    if (below > MAX_DEPTH) return false;
    if (anchors.contains(ca)) return true;
    for (var list : List.of(anchors, intermediates)) {
      for (Certificate issuer : list)
        if (!issuer.equals(ca) && issued(issuer, ca, below + 1) && trusted(issuer, below + 1))
          return true;
    }
    return false;
  }

  private boolean issued(Certificate issuer, Certificate subject, int below) {
    return issuer.subject().equals(subject.issuer())
        && valid(issuer)
        && understood(issuer)
        && issuer.mayBeUsedFor(SIGNS_CERTIFICATES)
        && issuer.basicConstraints().filter(b -> b.ca() && b.pathLength() >= below).isPresent()
        && signed(issuer, subject);
  }

  private boolean valid(Certificate certificate) {
    return !at.isBefore(certificate.notBefore()) && !at.isAfter(certificate.notAfter());
  }

  private static boolean understood(Certificate certificate) {
    return certificate.extensions().entrySet().stream()
        .allMatch(e -> !e.getValue().critical() || UNDERSTOOD.contains(e.getKey()));
  }

  private static List<String> purposes(Certificate leaf) {
    try {
      var found = new java.util.ArrayList<String>();
      var value = leaf.extension("2.5.29.37");
      if (value.isEmpty()) return List.of();
      var outer = new DerReader(value.get());
      var in = outer.sequence();
      outer.end();
      while (in.hasNext()) found.add(in.oid());
      return found;
    } catch (DerReader.Malformed e) {
      return List.of();
    }
  }

  /** Whether {@code subject} carries a signature of {@code issuer}'s key. */
  static boolean signed(Certificate issuer, Certificate subject) {
    if (!(SignatureKey.spki(issuer.spki()) instanceof Outcome.Granted<SignatureKey>(var key)))
      return false;
    try {
      var verifier =
          switch (subject.algorithm()) {
            case ECDSA_SHA256 -> Signature.getInstance("SHA256withECDSA");
            case ECDSA_SHA384 -> Signature.getInstance("SHA384withECDSA");
            case ECDSA_SHA512 -> Signature.getInstance("SHA512withECDSA");
            case RSA_PKCS1_SHA256 -> Signature.getInstance("SHA256withRSA");
            case RSA_PKCS1_SHA384 -> Signature.getInstance("SHA384withRSA");
            case RSA_PKCS1_SHA512 -> Signature.getInstance("SHA512withRSA");
            case RSA_PSS_SHA256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
            case RSA_PSS_SHA384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
            case OTHER -> Signature.getInstance("Ed25519");
          };
      verifier.initVerify(key.key());
      verifier.update(subject.tbs());
      return verifier.verify(subject.signature());
    } catch (GeneralSecurityException e) {
      return false; // a key of another kind, or bytes that are no signature
    }
  }

  private static Signature pss(String hash, MGF1ParameterSpec mask, int salt)
      throws GeneralSecurityException {
    var verifier = Signature.getInstance("RSASSA-PSS");
    verifier.setParameter(new PSSParameterSpec(hash, "MGF1", mask, salt, 1));
    return verifier;
  }

  private static <T> Outcome<T> bad(Certificate leaf, String expected, String found) {
    return SignCode.CERTIFICATE.refused(
        leaf.toString(), expected, found, "sign again, under an authority that the policy trusts");
  }
}
