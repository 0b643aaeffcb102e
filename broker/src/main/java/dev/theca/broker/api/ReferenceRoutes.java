package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.broker.reference.ReferenceValues;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.Kbs;
import java.time.InstantSource;
import java.util.List;

/** Reference values: as the field's tools register them, and with their history. */
public final class ReferenceRoutes {
  private static final String VARIANT = "RvpsError";
  private static final String OURS = "/theca/v1/reference-values";

  private final ReferenceValues references;
  private final InstantSource clock;

  public ReferenceRoutes(ReferenceValues references, InstantSource clock) {
    this.references = references;
    this.clock = clock;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("POST", Kbs.PREFIX + "/reference-value", Access.ADMIN, this::register),
        new Route("GET", Kbs.PREFIX + "/reference-value/{id...}", Access.ADMIN, this::get),
        new Route("GET", OURS, Access.ADMIN, this::list),
        new Route("GET", OURS + "/{name...}", Access.ADMIN, this::history),
        new Route("DELETE", OURS + "/{name...}", Access.ADMIN, this::delete));
  }

  private Answer register(Route.Call call) {
    var names =
        Bodies.json(call)
            .then(message -> references.register(message, call.actor(), clock.instant()));
    return Bodies.answer(VARIANT, names, done -> Answer.bytes("application/json", new byte[0]));
  }

  private Answer get(Route.Call call) {
    return references
        .find(call.value("id"), clock.instant())
        .map(Answer::json)
        .orElseGet(() -> Answer.error(404, VARIANT, "no reference value of this name is valid"));
  }

  private Answer list(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        Bodies.number("limit", call.query("limit"), 1000),
        limit -> {
          var page =
              references.list(
                  call.query("prefix"), call.query("after"), (int) Math.min(limit, 1000));
          return Answer.json(
              JsonObject.builder()
                  .put(
                      "values",
                      new JsonArray(
                          page.values().stream()
                              .<JsonValue>map(value -> value.json(clock.instant()))
                              .toList()))
                  .put("next", page.next())
                  .build());
        });
  }

  private Answer history(Route.Call call) {
    var versions = references.history(call.value("name"));
    if (versions.isEmpty())
      return Answer.error(404, VARIANT, "there never was a reference value of this name");
    return Answer.json(
        JsonObject.builder()
            .put(
                "versions",
                new JsonArray(
                    versions.stream().<JsonValue>map(v -> v.json(clock.instant())).toList()))
            .build());
  }

  private Answer delete(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        references.delete(call.value("name"), call.actor(), clock.instant()),
        version -> Answer.json(version.json(clock.instant())));
  }
}
