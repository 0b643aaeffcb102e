package dev.theca.broker.api;

import dev.theca.broker.admin.ApiToken;
import dev.theca.broker.admin.ApiTokens;
import dev.theca.broker.admin.NewApiToken;
import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Named tokens for programs that administrate. */
public final class AdminRoutes {
  private static final String VARIANT = "AdminAuthAccess";
  private static final String PATH = "/theca/v1/admin-tokens";

  private final ApiTokens tokens;
  private final InstantSource clock;

  public AdminRoutes(ApiTokens tokens, InstantSource clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("POST", PATH, Access.ADMIN, this::create),
        new Route("GET", PATH, Access.ADMIN, call -> list()),
        new Route("DELETE", PATH + "/{name}", Access.ADMIN, this::revoke));
  }

  /** The token itself is in this answer and never again. */
  private Answer create(Route.Call call) {
    var made =
        Bodies.json(call)
            .then(NewApiToken::parse)
            .then(wish -> tokens.create(wish, call.actor(), clock.instant()));
    return Bodies.answer(
        VARIANT,
        made,
        token -> {
          try (var secret = token.secret()) {
            var json = JsonObject.builder();
            Map<String, JsonValue> known = token.token().json().members();
            known.forEach(json::put);
            return secret.lend(
                bytes ->
                    Answer.json(
                        json.put("token", new String(bytes, StandardCharsets.US_ASCII)).build()));
          }
        });
  }

  private Answer list() {
    return Answer.json(
        JsonObject.builder()
            .put(
                "tokens",
                new JsonArray(tokens.list().stream().<JsonValue>map(ApiToken::json).toList()))
            .build());
  }

  private Answer revoke(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        tokens.revoke(call.value("name"), call.actor(), clock.instant()),
        token -> Answer.json(token.json()));
  }
}
