package dev.theca.evidence;

/**
 * The answer of an IBM Secure Execution guest to an attestation request. Parsed, not verified.
 *
 * @param measurement HMAC-SHA-512 by the firmware
 * @param additionalData what the request's flags asked for: key hashes of image and attestation
 * @param userData of the guest
 * @param configurationId the guest's CUID, 16 bytes
 * @param sealedKey the measurement key, encrypted by the verifier to itself when it made the
 *     request
 * @param sealedNonce the request's nonce, likewise
 * @param headerTags PLD, ALD, TLD (64 bytes each) and tag (16) of the image's header
 */
public record SeEvidence(
    byte[] measurement,
    byte[] additionalData,
    byte[] userData,
    byte[] configurationId,
    byte[] sealedKey,
    byte[] sealedNonce,
    byte[] headerTags)
    implements Evidence {
  @Override
  public EvidenceType type() {
    return EvidenceType.SE;
  }
}
