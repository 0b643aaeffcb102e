package dev.theca.broker.appraise;

import dev.theca.wire.json.JsonObject;
import java.util.Optional;

/**
 * What an attestation came to, ready to be signed.
 *
 * @param claims the EAR's claims set: {@code eat_profile}, {@code iat}, {@code exp}, {@code
 *     submods}, ...
 * @param record for the audit trail: evidence digest, trust root, policy ids and versions,
 *     reference values used, collateral edition, status of each submodule
 * @param why for each claim of a submodule that is not affirming: what the policy wanted and what
 *     was found; empty object when all is well
 * @param subject which workload on which platform it was, where whoever judged has looked
 */
public record Judged(
    JsonObject claims, JsonObject record, JsonObject why, Optional<String> subject) {
  public Judged(JsonObject claims, JsonObject record, JsonObject why) {
    this(claims, record, why, Optional.empty());
  }
}
