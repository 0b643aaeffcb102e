package dev.theca.broker.appraise;

import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.Optional;

/**
 * Evidence that is what it says it is, and bound as expected. Whether it is wanted is open.
 *
 * @param claims the TEE's, with {@code report_data} and {@code init_data} beside; with our {@code
 *     trust_root}, {@code simulated} and {@code findings}
 * @param initDataClaims null where no text was given
 * @param evidenceSha256 of the evidence's JSON, for the audit trail
 * @param subject the workload and its platform
 */
record Genuine(
    EvidenceType type,
    JsonObject claims,
    JsonValue runtimeClaims,
    JsonValue initDataClaims,
    String rootName,
    VerifiedCollateral.Edition edition,
    Instant validUntil,
    String evidenceSha256,
    String subject) {
  TeeClass teeClass() {
    return TeeClass.of(type);
  }

  Optional<JsonValue> top(String name) {
    return claims.get(name);
  }
}
