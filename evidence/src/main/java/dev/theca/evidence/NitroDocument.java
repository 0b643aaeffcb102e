package dev.theca.evidence;

import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * An attestation document of an AWS Nitro enclave (AWS Nitro Enclaves, "Verifying the root of
 * trust"). Parsed, not verified.
 *
 * @param document COSE_Sign1 as it came, without what a container put before it
 * @param chain leaf first, the root last
 */
public record NitroDocument(
    byte[] document,
    String moduleId,
    Instant timestamp,
    SortedMap<Integer, byte[]> pcrs,
    List<Certificate> chain,
    Optional<byte[]> publicKey,
    Optional<byte[]> userData,
    Optional<byte[]> nonce)
    implements Evidence {
  public NitroDocument {
    chain = List.copyOf(chain);
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.NITRO;
  }
}
