package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.broker.setup.Version;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** What everybody may know: which version this is, and the description of its API. */
public final class InfoRoutes {
  private final byte[] description;

  /** Reads the description that came with the broker. */
  public InfoRoutes() {
    try (var in = InfoRoutes.class.getResourceAsStream("openapi.json")) {
      if (in == null) throw new IllegalStateException("openapi.json is missing");
      description = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read openapi.json", e);
    }
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/theca/v1/version", Access.OPEN, call -> version()),
        new Route(
            "GET",
            "/theca/v1/openapi.json",
            Access.OPEN,
            call -> Answer.bytes("application/json", description)));
  }

  private static Answer version() {
    return Answer.json(
        JsonObject.builder()
            .put("name", "theca-broker")
            .put("version", Version.NUMBER)
            .put("protocols", JsonArray.strings(List.of("0.4.0")))
            .build());
  }
}
