package dev.theca.evidence.curve;

/**
 * Verifies ECDSA signatures over hashes. Implementations say no to everything malformed and never
 * throw; they are safe for use by many threads.
 */
public interface EcdsaEngine {
  /**
   * @param hash the whole hash of the message; longer than the order, its left part counts
   * @param raw r and s, big-endian, each as long as the curve's field
   */
  boolean verify(EcKey key, byte[] hash, byte[] raw);
}
