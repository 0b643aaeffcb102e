package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.broker.token.Revocation;
import dev.theca.broker.token.Revocations;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.InstantSource;
import java.util.List;

/** Tokens and measurements that are not believed any more. */
public final class RevocationRoutes {
  private static final String VARIANT = "TokenVerifierError";
  private static final int PAGE = 500;

  private final Revocations revocations;
  private final Audit audit;
  private final InstantSource clock;

  public RevocationRoutes(Revocations revocations, Audit audit, InstantSource clock) {
    this.revocations = revocations;
    this.audit = audit;
    this.clock = clock;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/theca/v1/revocations", Access.ADMIN, this::revoked),
        new Route("POST", "/theca/v1/revocations", Access.ADMIN, this::revoke),
        new Route(
            "DELETE",
            "/theca/v1/revocations/measurement/{measurement}",
            Access.ADMIN,
            this::restore));
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
        Bodies.limit(call, PAGE, PAGE),
        most -> {
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
