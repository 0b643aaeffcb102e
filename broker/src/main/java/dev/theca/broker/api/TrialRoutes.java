package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.appraise.Recording;
import dev.theca.broker.appraise.Recordings;
import dev.theca.broker.appraise.Replay;
import dev.theca.broker.http.Answer;
import dev.theca.broker.policy.PolicyId;
import dev.theca.broker.policy.ResourcePolicy.Wanted;
import dev.theca.collateral.BundleSource;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.Kbs;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Dry runs: recorded attestations under a policy or collateral that is not in force. */
public final class TrialRoutes {
  private static final int MOST = 10_000;
  private static final int MAX_PATHS = 16;

  private final Recordings recordings;
  private final Replay replay;
  private final InstantSource clock;

  public TrialRoutes(Recordings recordings, Replay replay, InstantSource clock) {
    this.recordings = recordings;
    this.replay = replay;
    this.clock = clock;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/theca/v1/recordings", Access.ADMIN, this::list),
        new Route("POST", "/theca/v1/trials", Access.ADMIN, this::run));
  }

  private Answer list(Route.Call call) {
    return Bodies.answer(
        "TrialError",
        Bodies.limit(call, 100, MOST),
        limit ->
            Answer.json(
                JsonObject.builder()
                    .put(
                        "recordings",
                        new JsonArray(
                            recordings.newest(limit).stream().map(TrialRoutes::json).toList()))
                    .build()));
  }

  private static JsonValue json(Recording recording) {
    return JsonObject.builder()
        .put("id", recording.id())
        .put("subject", recording.subject())
        .put("tee", recording.tee())
        .put("time", recording.time().toString())
        .put("refused", recording.refused())
        .put("status", recording.status())
        .build();
  }

  /**
   * Body: {@code kind}, {@code id} and {@code policy} (Rego text), or {@code collateral} (Intel's
   * offline file as an object); {@code paths} of resources; {@code at}: "now" or a time, else that
   * of each recording; {@code limit}.
   */
  private Answer run(Route.Call call) {
    return Bodies.answer(
        "TrialError",
        Bodies.json(call).then(this::report),
        report -> Answer.json(Replay.json(report)));
  }

  private Outcome<Replay.Report> report(JsonObject json) {
    return at(json)
        .then(
            at ->
                paths(json)
                    .then(
                        paths -> {
                          long limit = Math.clamp(json.integer("limit").orElse(1000L), 1, MOST);
                          var trial = new Replay.Trial(recordings.newest((int) limit), paths, at);
                          var bundle = json.object("collateral");
                          return bundle.isPresent()
                              ? BundleSource.of(Json.write(bundle.get()))
                                  .map(source -> replay.collateral(source, trial))
                              : policy(json, trial);
                        }));
  }

  private Outcome<Replay.Report> policy(JsonObject json, Replay.Trial trial) {
    return json.requireString("policy")
        .then(text -> id(json).then(id -> replay.policy(id, text, trial)));
  }

  private static Outcome<PolicyId> id(JsonObject json) {
    String name = json.string("id").orElse("");
    return switch (json.string("kind").orElse("")) {
      case "attestation" -> PolicyId.attestation(name.isEmpty() ? "default_cpu" : name);
      case "tenant" -> PolicyId.tenant(name);
      case "resource" -> Outcome.granted(PolicyId.RESOURCE);
      default -> Bodies.bad("member 'kind'", "attestation, resource or tenant", "another value");
    };
  }

  private Outcome<Optional<Instant>> at(JsonObject json) {
    String at = json.string("at").orElse("");
    if (at.isEmpty()) return Outcome.granted(Optional.empty());
    if (at.equals("now")) return Outcome.granted(Optional.of(clock.instant()));
    return Bodies.time("member 'at'", at, Instant.EPOCH).map(Optional::of);
  }

  private static Outcome<List<Wanted>> paths(JsonObject json) {
    var wanted = new ArrayList<Wanted>();
    for (String path : json.strings("paths").orElse(List.of())) {
      if (!Kbs.isResourcePath(path) || wanted.size() == MAX_PATHS)
        return Bodies.bad(
            "member 'paths'", "at most " + MAX_PATHS + " of repository/type/tag", "others");
      wanted.add(new Wanted("resource", List.of(path.split("/")), Map.of()));
    }
    return Outcome.granted(wanted);
  }
}
