package dev.theca.broker.api;

import dev.theca.broker.admin.Actor;
import dev.theca.broker.admin.Admins;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.Reasons;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Handler;
import dev.theca.broker.http.Request;
import dev.theca.broker.kbs.AdminAnswers;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Brings each request to its operation: the first route whose method and template it fits. */
public final class Router implements Handler {
  private static final Actor NOBODY = new Actor("", Set.of());

  /** A route with its template taken apart: every request looks at many. */
  private record Entry(Route route, List<String> segments) {}

  private final List<Route> routes;
  private final List<Entry> entries;
  private final Admins admins;
  private final Reasons reasons;
  private final InstantSource clock;

  public Router(List<Route> routes, Admins admins, Reasons reasons, InstantSource clock) {
    this.routes = List.copyOf(routes);
    this.entries = routes.stream().map(route -> new Entry(route, route.segments())).toList();
    this.admins = admins;
    this.reasons = reasons;
    this.clock = clock;
  }

  /** Every operation, for the description of the API. */
  public List<Route> routes() {
    return routes;
  }

  @Override
  public Answer handle(Request request) {
    var path = request.segments();
    var otherMethods = new TreeSet<String>();
    for (Entry entry : entries) {
      var values = Route.match(entry.segments(), path);
      if (values.isEmpty()) continue;
      var route = entry.route();
      if (route.method().equals(request.method()) || route.method().equals("*"))
        return call(route, request, values.get());
      otherMethods.add(route.method());
    }
    if (otherMethods.isEmpty()) return Answer.error(404, "PluginNotFound", "no such path");
    return Answer.error(405, "HTTPFailed", "this path takes " + String.join(", ", otherMethods))
        .with("Allow", String.join(", ", otherMethods));
  }

  private Answer call(Route route, Request request, Map<String, String> values) {
    return switch (route.access()) {
      case OPEN, OWN -> route.action().call(new Route.Call(request, values, NOBODY));
      case ADMIN ->
          switch (admins.allow(
              request.bearer(), request.method(), request.path(), clock.instant())) {
            case Outcome.Granted<Actor>(var actor) ->
                route.action().call(new Route.Call(request, values, actor));
            case Outcome.Refused<Actor>(var why) -> denied(request, why);
          };
    };
  }

  private Answer denied(Request request, List<Refusal> why) {
    var detail =
        JsonObject.builder()
            .put("method", request.method())
            .put("path", request.path())
            .put("code", why.getFirst().code().id())
            .build();
    var event = new Event("admin", "refused", "", "address:" + request.remote(), detail);
    String id = reasons.keep(event, why, detail);
    return AdminAnswers.refused(why, id);
  }
}
