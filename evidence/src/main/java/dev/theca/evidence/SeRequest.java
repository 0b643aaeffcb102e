package dev.theca.evidence;

import dev.theca.evidence.se.ArcbWriter;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.List;

/**
 * An attestation request for an IBM Secure Execution guest (ARCB): a fresh measurement key and
 * nonce, wrapped for the hosts that may answer. The caller has verified the host key documents.
 *
 * @param arcb for the guest's ultravisor
 * @param sealedKey the measurement key under the verifier's RSA key, to come back with the answer
 * @param sealedNonce the nonce, likewise
 */
public record SeRequest(byte[] arcb, byte[] sealedKey, byte[] sealedNonce) {
  /**
   * Makes a request that asks for nonce, image key hash and attestation key hash.
   *
   * @param hosts P-521 keys of host key documents, at least one
   * @param verifier the RSA key to which the secrets are encrypted (OAEP, SHA-256)
   */
  public static SeRequest create(List<ECPublicKey> hosts, PublicKey verifier, SecureRandom random) {
    return ArcbWriter.create(hosts, verifier, random);
  }
}
