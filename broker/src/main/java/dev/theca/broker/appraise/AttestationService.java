package dev.theca.broker.appraise;

import dev.theca.wire.Outcome;
import java.time.Instant;
import java.util.List;

/**
 * Verifies evidence and appraises it by policy. Refuses evidence that is not genuine, not bound or
 * malformed; what is genuine and unwanted is granted with a trust vector that says so.
 */
public interface AttestationService {
  /**
   * Judges attesters of one workload together.
   *
   * @param policyIds the policies asked for; empty means {@code default}
   */
  Outcome<Judged> judge(List<Attester> attesters, List<String> policyIds, Instant now);
}
