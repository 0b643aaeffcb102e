package dev.theca.evidence;

import dev.theca.wire.x509.PublicKeyInfo;
import java.util.List;
import java.util.Optional;

/**
 * A quote of a TPM 2.0 with the registers that it covers. Parsed, not verified. The attestation key
 * comes with the evidence, so nothing is believed before {@link TpmAnchors} know that key.
 *
 * @param message TPMS_ATTEST as signed
 * @param signature the signature alone: RSA as the TPM gives it, or r and s
 * @param hash the signature's hash, {@code sha256}
 * @param pcrs the 24 registers of the SHA-256 bank
 * @param akSpki the attestation key's SubjectPublicKeyInfo
 */
public record TpmEvidence(
    byte[] message,
    TpmAttest attest,
    Scheme scheme,
    String hash,
    byte[] signature,
    List<byte[]> pcrs,
    byte[] akSpki,
    PublicKeyInfo ak,
    Optional<EventLog> eventLog)
    implements Evidence {
  /** How the TPM signed. */
  public enum Scheme {
    /** RSA with PKCS #1 v1.5 padding. */
    RSASSA,
    /** RSA with PSS padding. */
    RSAPSS,
    /** ECDSA, r and s. */
    ECDSA
  }

  public TpmEvidence {
    pcrs = List.copyOf(pcrs);
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.TPM;
  }
}
