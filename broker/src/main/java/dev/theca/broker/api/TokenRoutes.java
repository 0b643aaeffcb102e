package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.AuditTrail;
import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.broker.token.Signers;
import dev.theca.broker.token.TokenStore;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Keys of attestation tokens for relying parties, their rotation, and revocation. */
public final class TokenRoutes {
  private static final String VARIANT = "TokenVerifierError";

  private final TokenStore store;
  private final Signers signers;
  private final AuditTrail trail;
  private final Audit audit;
  private final String issuer;
  private final boolean tls;
  private final InstantSource clock;

  /**
   * @param tls whether the listener itself speaks TLS
   */
  public TokenRoutes(
      TokenStore store,
      Signers signers,
      AuditTrail trail,
      String issuer,
      boolean tls,
      InstantSource clock) {
    this.store = store;
    this.signers = signers;
    this.trail = trail;
    this.audit = trail;
    this.issuer = issuer;
    this.tls = tls;
    this.clock = clock;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route(
            "GET", "/.well-known/jwks.json", Access.OPEN, call -> Answer.json(signers.jwks())),
        new Route("GET", "/.well-known/openid-configuration", Access.OPEN, this::discovery),
        new Route("GET", "/theca/v1/jwks", Access.OPEN, call -> Answer.json(signers.jwks())),
        new Route("POST", "/theca/v1/signing-key/rotate", Access.ADMIN, this::rotate),
        new Route("POST", "/theca/v1/audit-key/rotate", Access.ADMIN, this::rotateAudit));
  }

  /** Where relying parties find the keys (OpenID Connect Discovery 1.0, section 4). */
  private Answer discovery(Route.Call call) {
    String host = call.request().header("host").orElse("");
    if (!host.matches("[A-Za-z0-9.:\\[\\]-]{1,255}"))
      return Answer.error(400, "HTTPFailed", "a Host header is needed");
    boolean forwarded = call.request().header("x-forwarded-proto").equals(Optional.of("https"));
    String scheme = tls || forwarded ? "https" : "http";
    return Answer.json(
        JsonObject.builder()
            .put("issuer", issuer)
            .put("jwks_uri", scheme + "://" + host + "/.well-known/jwks.json")
            .put("id_token_signing_alg_values_supported", JsonArray.strings(List.of("ES256")))
            .build());
  }

  private Answer rotate(Route.Call call) {
    boolean compromised = call.query("compromised").equals("true");
    Instant now = clock.instant();
    Outcome<String> done =
        compromised ? Outcome.granted(store.replaceCompromised(now)) : store.rotate(now);
    return Bodies.answer(
        VARIANT,
        done,
        kid -> {
          note(call, JsonObject.builder().put("rotated", kid).put("compromised", compromised));
          return Answer.json(JsonObject.builder().put("kid", kid).build());
        });
  }

  private Answer rotateAudit(Route.Call call) {
    return Answer.json(JsonObject.builder().put("kid", trail.rotateKey(call.who())).build());
  }

  private void note(Route.Call call, JsonObject.Builder detail) {
    audit.record(new Event("key", "granted", "", call.who(), detail.build()));
  }
}
