package dev.theca.broker.gramine;

import dev.theca.broker.appraise.Judged;
import dev.theca.wire.Outcome;
import java.time.Instant;

/** Judges who is at the other end of a TLS connection by the evidence in its certificate. */
@FunctionalInterface
public interface Peers {
  /**
   * A peer that is believed.
   *
   * @param name for the audit trail: {@code attested:MEASUREMENT}
   * @param judged what attestation came to
   */
  record Peer(String name, Judged judged) {}

  /**
   * The peer whose certificate this is, once TLS has proved that it owns the key; refused when the
   * evidence is missing, not about this key, or not genuine.
   */
  Outcome<Peer> judge(byte[] certificate, Instant now);
}
