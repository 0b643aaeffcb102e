package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.broker.resource.PutOptions;
import dev.theca.broker.resource.Recipe;
import dev.theca.broker.resource.ResourceInfo;
import dev.theca.broker.resource.ResourceStore;
import dev.theca.broker.resource.ResourceValue;
import dev.theca.broker.resource.Rotation;
import dev.theca.broker.resource.VersionInfo;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the field's API cannot say of resources: versions, ends, generation, rotation. All paths
 * name the tenant, so that roles can be bound to it.
 */
public final class ResourceRoutes {
  private static final String VARIANT = "ResourceError";
  private static final String TENANT = "/theca/v1/tenants/{tenant}";
  private static final String ONE = TENANT + "/resources/{type}/{tag}";
  private static final String VERSION = ONE + "/versions/{version}";

  private final ResourceStore store;

  public ResourceRoutes(ResourceStore store) {
    this.store = store;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", TENANT + "/resources", Access.ADMIN, this::list),
        new Route("GET", ONE, Access.ADMIN, this::versions),
        new Route("DELETE", ONE, Access.ADMIN, this::delete),
        new Route("POST", ONE + "/versions", Access.ADMIN, this::put),
        new Route("POST", ONE + "/generate", Access.ADMIN, this::generate),
        new Route("POST", ONE + "/rotate", Access.ADMIN, this::rotate),
        new Route("GET", VERSION + "/value", Access.ADMIN, this::reveal),
        new Route("POST", VERSION + "/revoke", Access.ADMIN, this::revoke),
        new Route("POST", VERSION + "/expire", Access.ADMIN, this::expire));
  }

  private static String path(Route.Call call) {
    return call.value("tenant") + "/" + call.value("type") + "/" + call.value("tag");
  }

  private Answer list(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        Bodies.limit(call, 1000, 1000),
        limit ->
            Answer.json(
                JsonObject.builder()
                    .put(
                        "resources",
                        new JsonArray(
                            store.list(call.value("tenant"), call.query("after"), limit).stream()
                                .map(ResourceRoutes::json)
                                .toList()))
                    .build()));
  }

  private static JsonValue json(ResourceInfo info) {
    var json =
        JsonObject.builder().put("path", info.path()).put("last_version", info.lastVersion());
    info.recipe().ifPresent(recipe -> json.put("generated", recipe.toString()));
    info.rotates().ifPresent(at -> json.put("rotates", at.toString()));
    return json.build();
  }

  private Answer versions(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        store.versions(path(call)),
        all ->
            Answer.json(
                JsonObject.builder()
                    .put(
                        "versions",
                        new JsonArray(all.stream().<JsonValue>map(VersionInfo::toJson).toList()))
                    .build()));
  }

  private Answer delete(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        store.delete(path(call), call.who()),
        count -> Answer.json(JsonObject.builder().put("versions", count).build()));
  }

  private static Answer version(Outcome<VersionInfo> outcome) {
    return Bodies.answer(VARIANT, outcome, info -> Answer.json(info.toJson()));
  }

  /** The body is the value; {@code expires} and {@code if_version} stand in the query. */
  private Answer put(Route.Call call) {
    var options = options(call.query("expires"), call.query("if_version"));
    return version(
        options.then(
            how -> {
              try (var value = Secret.moveFrom(call.request().body())) {
                return store.put(path(call), value, how, call.who());
              }
            }));
  }

  private static Outcome<PutOptions> options(String expires, String ifVersion) {
    return Bodies.time("expires", expires, Instant.EPOCH)
        .then(
            end ->
                Bodies.number("if_version", ifVersion, PutOptions.ANY)
                    .map(
                        seen -> {
                          var options = PutOptions.DEFAULT;
                          if (!expires.isEmpty()) options = options.expiring(end);
                          return ifVersion.isEmpty() ? options : options.ifVersion(seen);
                        }));
  }

  /** Body: recipe, and perhaps period_seconds, lifetime_seconds, expires, if_version. */
  private Answer generate(Route.Call call) {
    return version(
        Bodies.json(call)
            .then(
                json ->
                    json.requireString("recipe")
                        .then(Recipe::parse)
                        .then(
                            recipe ->
                                rotation(json)
                                    .then(
                                        rotation ->
                                            options(
                                                    json.string("expires").orElse(""),
                                                    json.integer("if_version")
                                                        .map(String::valueOf)
                                                        .orElse(""))
                                                .then(
                                                    how ->
                                                        store.generate(
                                                            path(call),
                                                            recipe,
                                                            rotation,
                                                            how,
                                                            call.who()))))));
  }

  private static Outcome<Rotation> rotation(JsonObject json) {
    return seconds(json, "period_seconds")
        .then(
            period ->
                seconds(json, "lifetime_seconds").map(lifetime -> new Rotation(period, lifetime)));
  }

  private static Outcome<Duration> seconds(JsonObject json, String member) {
    return switch (json.members().get(member)) {
      case null -> Outcome.granted(Duration.ZERO);
      case JsonNumber n when n.toLong().filter(s -> s >= 0 && s <= 4_000_000_000L).isPresent() ->
          Outcome.granted(Duration.ofSeconds(n.toLong().get()));
      case JsonValue other -> Bodies.bad("member '" + member + "'", "seconds", "another value");
    };
  }

  private Answer rotate(Route.Call call) {
    return version(store.rotate(path(call), call.who()));
  }

  private static Outcome<Long> number(Route.Call call) {
    return Bodies.number("version", call.value("version"), 0);
  }

  private Answer reveal(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        number(call).then(number -> store.reveal(path(call), number, call.who())),
        ResourceRoutes::shown);
  }

  private static Answer shown(ResourceValue given) {
    try (given) {
      return given
          .value()
          .lend(
              bytes ->
                  new Answer(
                      200,
                      "application/octet-stream",
                      Map.of("Cache-Control", "no-store"),
                      bytes.clone()));
    }
  }

  private Answer revoke(Route.Call call) {
    return version(number(call).then(number -> store.revoke(path(call), number, call.who())));
  }

  private Answer expire(Route.Call call) {
    return version(
        Bodies.json(call)
            .then(json -> json.requireString("at"))
            .then(at -> Bodies.time("member 'at'", at, Instant.EPOCH))
            .then(
                at ->
                    number(call).then(number -> store.expire(path(call), number, at, call.who()))));
  }
}
