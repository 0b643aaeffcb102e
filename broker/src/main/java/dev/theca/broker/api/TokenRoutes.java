package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.AuditTrail;
import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.broker.token.Revocation;
import dev.theca.broker.token.Revocations;
import dev.theca.broker.token.Signers;
import dev.theca.broker.token.TokenStore;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Keys of attestation tokens for relying parties, their rotation, and revocation. */
public final class TokenRoutes {
  private static final String VARIANT = "TokenVerifierError";
  private static final int PAGE = 500;

  private final TokenStore store;
  private final Signers signers;
  private final Revocations revocations;
  private final AuditTrail trail;
  private final Audit audit;
  private final String issuer;
  private final InstantSource clock;

  public TokenRoutes(
      TokenStore store,
      Signers signers,
      Revocations revocations,
      AuditTrail trail,
      String issuer,
      InstantSource clock) {
    this.store = store;
    this.signers = signers;
    this.revocations = revocations;
    this.trail = trail;
    this.audit = trail;
    this.issuer = issuer;
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
        new Route("POST", "/theca/v1/audit-key/rotate", Access.ADMIN, this::rotateAudit),
        new Route("GET", "/theca/v1/revocations", Access.ADMIN, this::revoked),
        new Route("POST", "/theca/v1/revocations", Access.ADMIN, this::revoke),
        new Route(
            "DELETE",
            "/theca/v1/revocations/measurement/{measurement}",
            Access.ADMIN,
            this::restore));
  }

  /** Where relying parties find the keys (OpenID Connect Discovery 1.0, section 4). */
  private Answer discovery(Route.Call call) {
    String host = call.request().header("host").orElse("");
    if (!host.matches("[A-Za-z0-9.:\\[\\]-]{1,255}"))
      return Answer.error(400, "HTTPFailed", "a Host header is needed");
    String scheme = call.request().header("x-theca-scheme").orElse("https");
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

  /** Body: {@code {"jti": ".."}} or {@code {"measurement": ".."}}, and {@code why}. */
  private Answer revoke(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        Bodies.json(call),
        json -> {
          String why = json.string("why").orElse("");
          String jti = json.string("jti").orElse("");
          String measurement = json.string("measurement").orElse("");
          if (jti.isEmpty() == measurement.isEmpty())
            return Answer.error(400, VARIANT, "either jti or measurement names what is revoked");
          if (jti.length() > 128
              || !measurement.matches("[0-9a-fA-F]{0,192}")
              || why.length() > 512)
            return Answer.error(400, VARIANT, "jti, measurement (hex) or why is too long");
          if (jti.isEmpty()) revocations.revokeMeasurement(measurement, why);
          else revocations.revokeToken(jti, why, clock.instant());
          note(
              call,
              JsonObject.builder()
                  .put("revoked", jti.isEmpty() ? measurement : jti)
                  .put("why", why));
          return Answer.empty();
        });
  }

  private Answer revoked(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        Bodies.number("limit", call.query("limit"), PAGE),
        limit -> {
          int most = Math.clamp(limit, 1, PAGE);
          var page = revocations.list(call.query("after_kind"), call.query("after_value"), most);
          return Answer.json(
              JsonObject.builder()
                  .put(
                      "revocations",
                      new JsonArray(page.stream().<JsonValue>map(Revocation::toJson).toList()))
                  .put("more", page.size() == most)
                  .build());
        });
  }

  private Answer restore(Route.Call call) {
    revocations.restoreMeasurement(call.value("measurement"));
    note(call, JsonObject.builder().put("restored", call.value("measurement")));
    return Answer.empty();
  }

  private void note(Route.Call call, JsonObject.Builder detail) {
    audit.record(new Event("key", "granted", "", call.who(), detail.build()));
  }
}
