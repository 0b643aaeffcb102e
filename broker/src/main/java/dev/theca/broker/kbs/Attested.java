package dev.theca.broker.kbs;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;

/**
 * An attested client: what its token says, and the key that answers are encrypted to.
 *
 * @param subject who it is, for the audit trail
 */
record Attested(JsonObject claims, Jwk teeKey, String subject) {}
