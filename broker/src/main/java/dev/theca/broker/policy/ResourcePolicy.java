package dev.theca.broker.policy;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Whether a token's claims open a path of a plugin (KBS resource policy). */
public interface ResourcePolicy {
  /** What was asked for. */
  record Wanted(String plugin, List<String> path, Map<String, String> query) {
    /** The first segment; empty text for an empty path. */
    public String tenant() {
      return path.isEmpty() ? "" : path.getFirst();
    }
  }

  /** A yes: which policy and version said so. */
  record Allowed(String policyId, long version) {}

  /**
   * Allowed, or refused with one reason for each condition that did not hold, the deciding one
   * first. The tenant's own policy decides where there is one, else the broker's.
   */
  Outcome<Allowed> allows(JsonObject tokenClaims, Wanted wanted, Instant now);
}
