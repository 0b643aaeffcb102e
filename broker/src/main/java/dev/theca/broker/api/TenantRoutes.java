package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.broker.resource.Quota;
import dev.theca.broker.resource.TenantInfo;
import dev.theca.broker.resource.Tenants;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;

/** What tenants keep, and what they may keep: numbers, and no name of a resource. */
public final class TenantRoutes {
  private static final String VARIANT = "ResourceError";
  private static final String ALL = "/theca/v1/tenants";
  private static final String ONE = ALL + "/{tenant}";
  private static final int PAGE = 500;

  private final Tenants tenants;

  public TenantRoutes(Tenants tenants) {
    this.tenants = tenants;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", ALL, Access.ADMIN, this::list),
        new Route("GET", ONE, Access.ADMIN, this::usage),
        new Route("PUT", ONE + "/quota", Access.ADMIN, this::quota));
  }

  private Answer list(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        Bodies.limit(call, PAGE, PAGE),
        most -> {
          var page = tenants.list(call.query("after"), most);
          return Answer.json(
              JsonObject.builder()
                  .put("tenants", new JsonArray(page.stream().map(TenantRoutes::json).toList()))
                  .put("next", page.size() < most ? "" : page.getLast().name())
                  .build());
        });
  }

  private Answer usage(Route.Call call) {
    String tenant = call.value("tenant");
    return Answer.json(json(new TenantInfo(tenant, tenants.usage(tenant), tenants.quota(tenant))));
  }

  private static JsonValue json(TenantInfo info) {
    return JsonObject.builder()
        .put("tenant", info.name())
        .put("usage", json(info.usage()))
        .put("quota", json(info.quota()))
        .build();
  }

  private static JsonObject json(Quota quota) {
    return JsonObject.builder()
        .put("resources", quota.resources())
        .put("bytes", quota.bytes())
        .put("versions", quota.versions())
        .build();
  }

  private Answer quota(Route.Call call) {
    var set =
        Bodies.json(call)
            .then(
                json ->
                    tenants.setQuota(
                        call.value("tenant"),
                        new Quota(
                            json.integer("resources").orElse(-1L),
                            json.integer("bytes").orElse(-1L),
                            json.integer("versions").orElse(-1L)),
                        call.who()));
    return Bodies.answer(VARIANT, set, quota -> Answer.json(json(quota)));
  }
}
