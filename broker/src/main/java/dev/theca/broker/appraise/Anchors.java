package dev.theca.broker.appraise;

import dev.theca.evidence.CcaStore;
import dev.theca.evidence.CsvEndorsement;
import dev.theca.evidence.SeHost;
import dev.theca.evidence.TpmAnchors;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What no vendor's root can tell, from the configuration.
 *
 * @param tpm enrolled attestation keys; others are genuine to nobody, and the policy says so
 * @param cca enrolled platforms of Arm CCA
 * @param se the verifier of IBM Secure Execution
 * @param csv Hygon's endorsements by the chip's serial number in hex
 */
public record Anchors(
    TpmAnchors tpm, Optional<CcaStore> cca, Optional<SeHost> se, Map<String, CsvEndorsement> csv) {
  /** Nothing is enrolled. */
  public static final Anchors NONE =
      new Anchors(new TpmAnchors("tpm", Set.of()), Optional.empty(), Optional.empty(), Map.of());

  public Anchors {
    csv = Map.copyOf(csv);
  }
}
