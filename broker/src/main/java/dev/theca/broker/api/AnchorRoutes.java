package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.broker.resource.AnchorEntry;
import dev.theca.broker.resource.AnchorKey;
import dev.theca.broker.resource.VolumeAnchors;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;

/**
 * Anchors of volumes for administrators: to see which there are, and to forget one whose volume is
 * gone. Only agents move them.
 */
public final class AnchorRoutes {
  private static final String VARIANT = "AnchorError";
  private static final String ALL = "/theca/v1/anchors";
  private static final int PAGE = 500;

  private final VolumeAnchors anchors;
  private final String tenant;

  /**
   * @param tenant in which the plugin keeps them
   */
  public AnchorRoutes(VolumeAnchors anchors, String tenant) {
    this.anchors = anchors;
    this.tenant = tenant;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", ALL, Access.ADMIN, this::list),
        new Route("DELETE", ALL + "/{volume}", Access.ADMIN, this::delete));
  }

  private Answer list(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        Bodies.limit(call, PAGE, PAGE),
        most -> {
          var page =
              anchors.list(
                  tenant,
                  call.query("owner"),
                  call.query("after_owner"),
                  call.query("after_volume"),
                  most);
          return Answer.json(
              JsonObject.builder()
                  .put(
                      "anchors",
                      new JsonArray(page.stream().<JsonValue>map(AnchorEntry::toJson).toList()))
                  .put("more", page.size() == most)
                  .build());
        });
  }

  private Answer delete(Route.Call call) {
    var key = new AnchorKey(tenant, call.query("owner"), call.value("volume"));
    return Bodies.answer(
        VARIANT, anchors.delete(key, call.who()), was -> Answer.json(was.toJson()));
  }
}
