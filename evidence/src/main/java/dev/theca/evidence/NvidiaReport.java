package dev.theca.evidence;

import dev.theca.wire.x509.Certificate;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The evidence of one NVIDIA GPU: an SPDM 1.1 measurements request and the signed response to it
 * (DMTF DSP0274, GET_MEASUREMENTS), with the device's certificates. Parsed, not verified.
 *
 * @param architecture as the evidence names it: {@code HOPPER}, {@code BLACKWELL}
 * @param nonce of the request, 32 bytes
 * @param signedBytes request and response without the signature
 * @param measurements by index, each a SHA-384 value
 * @param opaque the device's further statements, by their numbers
 * @param chain leaf first, the root last
 */
public record NvidiaReport(
    String architecture,
    byte[] nonce,
    byte[] signedBytes,
    byte[] signature,
    SortedMap<Integer, byte[]> measurements,
    Map<Integer, byte[]> opaque,
    List<Certificate> chain)
    implements Evidence {
  public NvidiaReport {
    opaque = Map.copyOf(opaque);
    chain = List.copyOf(chain);
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.NVIDIA;
  }
}
