package dev.theca.broker.kbs;

import dev.theca.broker.admin.Actor;
import dev.theca.broker.admin.Admins;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.Reasons;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Request;
import dev.theca.broker.policy.PolicyCode;
import dev.theca.broker.policy.ResourcePolicy;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.store.Database;
import dev.theca.rego.RegoCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.meter.Meter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Serves plugins, resources among them: to administrators what needs one, to attested clients what
 * the resource policy opens for them. The decision is on disk before the answer leaves.
 */
final class Release {
  private static final System.Logger LOG = System.getLogger("theca.broker.kbs");

  private final Clients clients;
  private final Admins admins;
  private final ResourcePolicy policy;
  private final Database database;
  private final Audit audit;
  private final Reasons reasons;
  private final Meter meter;
  private final InstantSource clock;

  Release(Clients clients, Parts parts) {
    this.clients = clients;
    this.admins = parts.admins();
    this.policy = parts.policy();
    this.database = parts.database();
    this.audit = parts.audit();
    this.reasons = parts.reasons();
    this.meter = parts.meter();
    this.clock = parts.clock();
  }

  Answer handle(Plugin plugin, List<String> path, Request request) {
    Instant now = clock.instant();
    var call = call(request, path, Optional.empty(), "");
    try {
      return plugin.needsAdmin(call)
          ? asAdmin(plugin, path, request, now)
          : asClient(plugin, path, request, now);
    } catch (Plugin.Unavailable e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=plugin plugin={0} outcome=unavailable reason=\"{1}\"",
          plugin.name(),
          e.getMessage());
      return Answer.error(503, "PluginInternalError", "the plugin cannot do this now; ask again")
          .with("Retry-After", "2");
    }
  }

  private static Plugin.Call call(
      Request request, List<String> path, Optional<JsonObject> claims, String actor) {
    return new Plugin.Call(request.method(), path, request.query(), request.body(), claims, actor);
  }

  private Answer asAdmin(Plugin plugin, List<String> path, Request request, Instant now) {
    return switch (admins.allow(request.bearer(), request.method(), request.path(), now)) {
      case Outcome.Refused<Actor>(var why) -> {
        String id =
            keep(refusal("admin", plugin, path, "address:" + request.remote(), why, request), why);
        yield AdminAnswers.refused(why, id);
      }
      case Outcome.Granted<Actor>(var actor) -> {
        String name = "admin:" + actor.name();
        var answer = plugin.handle(call(request, path, Optional.empty(), name));
        if (!plugin.recordsChanges() || answer.status() >= 300)
          record("admin", plugin, path, request, name, answer);
        yield answer;
      }
    };
  }

  private Answer asClient(Plugin plugin, List<String> path, Request request, Instant now) {
    return switch (clients.find(request, now)) {
      case Clients.Found.Nobody(var why) ->
          Answers.refused(401, "TokenNotFound", "Attestation Token not found: ", why, "");
      case Clients.Found.Disbelieved(var why) -> disbelieved(plugin, path, request, why);
      case Clients.Found.Known(var client) -> {
        var wanted = new ResourcePolicy.Wanted(plugin.name(), path, request.query());
        String who = client.subject();
        meter.count("kbs_policy_evaluations_total");
        yield switch (policy.allows(client.claims(), wanted, now)) {
          case Outcome.Refused<ResourcePolicy.Allowed>(var why) -> {
            meter.count(failed(why) ? "kbs_policy_errors_total" : "kbs_policy_violations_total");
            var event = refusal("release", plugin, path, who, why, request);
            String id = lacking(event, why, path, client);
            yield Answers.refused(403, "PolicyDeny", "Access denied by policy: ", why, id);
          }
          case Outcome.Granted<ResourcePolicy.Allowed>(var allowed) -> {
            meter.count("kbs_policy_approvals_total");
            yield allowed(plugin, path, request, client, allowed, who);
          }
        };
      }
    };
  }

  /** That a token ended is no decision: its client attests anew, as it should. */
  private Answer disbelieved(Plugin plugin, List<String> path, Request request, List<Refusal> why) {
    String id =
        why.getFirst().code().id().equals("token-expired")
            ? ""
            : keep(
                refusal("release", plugin, path, "address:" + request.remote(), why, request), why);
    return Answers.refused(401, "TokenVerifierError", "", why, id);
  }

  private Answer allowed(
      Plugin plugin,
      List<String> path,
      Request request,
      Attested client,
      ResourcePolicy.Allowed allowed,
      String who) {
    var call = call(request, path, Optional.of(client.claims()), who);
    var answer = plugin.handle(call);
    var detail =
        detail(plugin, path)
            .put("method", request.method())
            .put("status", answer.status())
            .put("policy", allowed.policyId())
            .put("policy_version", allowed.version());
    client.claims().string("jti").ifPresent(jti -> detail.put("token", jti));
    audit.record(new Event("release", outcome(answer), tenant(path), who, detail.build()));
    if (answer.status() != 200 || !plugin.encrypts(call)) return answer;
    byte[] plain = answer.body();
    try {
      return Answer.json(Jwe.forKbs(client.teeKey(), plain));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private void record(
      String kind, Plugin plugin, List<String> path, Request request, String who, Answer answer) {
    var detail =
        detail(plugin, path).put("method", request.method()).put("status", answer.status());
    audit.record(new Event(kind, outcome(answer), tenant(path), who, detail.build()));
  }

  /** Whether the policy came to no answer, which is a no as well. */
  private static boolean failed(List<Refusal> why) {
    var code = why.getFirst().code();
    return code instanceof RegoCode || code == PolicyCode.POLICY_INPUT;
  }

  private static String outcome(Answer answer) {
    if (answer.status() < 300) return "granted";
    if (answer.status() == 404) return "missing";
    return answer.status() < 500 ? "refused" : "fault";
  }

  private String keep(Event event, List<Refusal> why) {
    return reasons.keep(event, why, event.detail());
  }

  /** Keeps the refusal together with what the attestation lacked that the client's token is of. */
  private String lacking(Event event, List<Refusal> why, List<String> path, Attested client) {
    String token = client.claims().string("jti").orElse("");
    return database.write(
        sql -> {
          var context = new LinkedHashMap<>(event.detail().members());
          context.put("path", new JsonString(String.join("/", path)));
          context.put("token", new JsonString(token));
          context.put("attestation", Sessions.why(sql, token));
          return reasons.keep(sql, event, why, new JsonObject(context));
        });
  }

  private static Event refusal(
      String kind,
      Plugin plugin,
      List<String> path,
      String who,
      List<Refusal> why,
      Request request) {
    var detail = detail(plugin, path).put("code", why.getFirst().code().id());
    PodSaid.into(detail, request);
    return new Event(kind, "refused", tenant(path), who, detail.build());
  }

  private static JsonObject.Builder detail(Plugin plugin, List<String> path) {
    return JsonObject.builder().put("plugin", plugin.name()).put("path", JsonArray.strings(path));
  }

  private static String tenant(List<String> path) {
    return path.isEmpty() ? "" : path.getFirst();
  }
}
