package dev.theca.broker.appraise;

import java.time.Instant;
import java.util.List;

/**
 * An attestation that was judged, to be judged again.
 *
 * @param subject workload and platform, as the evidence names them
 * @param status the worst of its submodules; the code of the first reason where it was refused
 */
public record Recording(
    String id,
    String subject,
    String tee,
    Instant time,
    boolean refused,
    String status,
    List<Attester> attesters) {
  public Recording {
    attesters = List.copyOf(attesters);
  }
}
