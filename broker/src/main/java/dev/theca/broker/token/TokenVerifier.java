package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;

/** Which attestation tokens are believed: this broker's own, and those of issuers it trusts. */
public interface TokenVerifier {
  /** The claims of a token that is believed and valid now. */
  Outcome<JsonObject> verify(String token, Instant now);

  /**
   * Hears of a token that this broker has signed just now: a signature of one's own need not be
   * verified, nor its claims read back. Everything else is looked at as for any token.
   *
   * @param claims that were signed
   */
  default void issued(String token, JsonObject claims, Instant now) {}
}
