package dev.theca.broker;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;

/**
 * Evidence that was believed: the token that says so, the key that answers are encrypted to, and
 * what was claimed.
 */
record Attested(String token, Jwk teeKey, JsonObject claims) {}
