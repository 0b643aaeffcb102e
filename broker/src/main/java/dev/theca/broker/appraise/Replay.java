package dev.theca.broker.appraise;

import dev.theca.broker.policy.Budget;
import dev.theca.broker.policy.PolicyId;
import dev.theca.broker.policy.PolicySource;
import dev.theca.broker.policy.RegoResourcePolicy;
import dev.theca.broker.policy.ResourcePolicy;
import dev.theca.broker.policy.ResourcePolicy.Allowed;
import dev.theca.broker.policy.ResourcePolicy.Wanted;
import dev.theca.evidence.CollateralSource;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges recorded attestations twice, as things are and as they would be, and tells who would lose
 * access and who would gain it. Changes nothing, and appends nothing to the audit trail.
 */
public final class Replay {
  private final Appraiser appraiser;
  private final PolicySource policies;
  private final Budget budget;

  /** From the service and the policies that are in force. */
  public Replay(Appraiser appraiser, PolicySource policies) {
    this(appraiser, policies, Budget.DEFAULT);
  }

  /** The same, with what an evaluation may cost here. */
  public Replay(Appraiser appraiser, PolicySource policies, Budget budget) {
    this.appraiser = appraiser;
    this.policies = policies;
    this.budget = budget;
  }

  /**
   * What is replayed.
   *
   * @param paths what each of them asks for; access means all of these
   * @param at the time to judge at; empty for the time of each recording
   */
  public record Trial(List<Recording> recordings, List<Wanted> paths, Optional<Instant> at) {
    /** The path for those who name none. */
    public static final Wanted ANY =
        new Wanted("resource", List.of("default", "key", "any"), java.util.Map.of());

    public Trial {
      recordings = List.copyOf(recordings);
      paths = paths.isEmpty() ? List.of(ANY) : List.copyOf(paths);
    }
  }

  /** How a recording came out: its status, whether it has access, and if not why. */
  public record Result(String status, boolean access, String reason) {}

  /** A recording whose access or status would change. */
  public record Change(Recording recording, Result before, Result after) {
    /** Whether it has access now and would have none. */
    public boolean loses() {
      return before.access && !after.access;
    }

    /** Whether it has no access now and would have it. */
    public boolean gains() {
      return !before.access && after.access;
    }

    /** For {@code theca policy try}. */
    public JsonObject json() {
      return JsonObject.builder()
          .put("id", recording.id())
          .put("subject", recording.subject())
          .put("recorded", recording.time().toString())
          .put("effect", loses() ? "loses" : gains() ? "gains" : "status")
          .put("before", before.status)
          .put("after", after.status)
          .put("reason", after.reason.isEmpty() ? before.reason : after.reason)
          .build();
    }
  }

  /** What came of a trial: how many were judged, and those that change. */
  public record Report(int judged, List<Change> changes) {
    public Report {
      changes = List.copyOf(changes);
    }
  }

  /** With another text for one policy, of evidence or of resources; refuses one with mistakes. */
  public Outcome<Report> policy(PolicyId id, String text, Trial trial) {
    return policies
        .trying(id, text)
        .map(tried -> report(trial, side(appraiser, policies), side(appraiser.with(tried), tried)));
  }

  /** With collateral from elsewhere. */
  public Report collateral(CollateralSource source, Trial trial) {
    return report(
        trial, side(appraiser, policies), side(appraiser.withCollateral(source), policies));
  }

  /** Judges one recording. */
  private interface Side {
    Result judge(Recording recording, List<Wanted> paths, Instant at);
  }

  private Side side(Appraiser service, PolicySource source) {
    var release = new RegoResourcePolicy(source, budget);
    return (recording, paths, at) ->
        switch (service.judge(recording.attesters(), List.of(), at)) {
          case Outcome.Refused<Judged>(var reasons) ->
              new Result("refused", false, text(reasons.getFirst()));
          case Outcome.Granted<Judged>(var judged) -> access(release, judged, paths, at);
        };
  }

  private static Result access(
      ResourcePolicy release, Judged judged, List<Wanted> paths, Instant at) {
    String status = Recordings.status(judged.claims()).word();
    for (Wanted wanted : paths)
      if (release.allows(judged.claims(), wanted, at)
          instanceof Outcome.Refused<Allowed>(var reasons))
        return new Result(status, false, why(judged).orElseGet(() -> text(reasons.getFirst())));
    return new Result(status, true, "");
  }

  private static Optional<String> why(Judged judged) {
    var entries = judged.why().array("entries").orElse(List.of());
    if (entries.isEmpty() || !(entries.getFirst() instanceof JsonObject first))
      return Optional.empty();
    Function<String, String> member = name -> first.string(name).orElse("");
    return Optional.of(
        member.apply("code")
            + ": "
            + member.apply("submodule")
            + " has "
            + member.apply("found")
            + ", expected "
            + member.apply("expected")
            + (member.apply("at").isEmpty() ? "" : " (" + member.apply("at") + ")"));
  }

  private static String text(Refusal reason) {
    return reason.code().id()
        + ": "
        + reason.what()
        + " is "
        + reason.found()
        + ", expected "
        + reason.expected();
  }

  private static Report report(Trial trial, Side before, Side after) {
    var changes = new ArrayList<Change>();
    for (Recording recording : trial.recordings()) {
      Instant at = trial.at().orElse(recording.time());
      var change =
          new Change(
              recording,
              before.judge(recording, trial.paths(), at),
              after.judge(recording, trial.paths(), at));
      boolean same =
          change.before.access == change.after.access
              && change.before.status.equals(change.after.status);
      if (!same) changes.add(change);
    }
    return new Report(trial.recordings().size(), changes);
  }

  /** For answers over the wire. */
  public static JsonObject json(Report report) {
    return JsonObject.builder()
        .put("judged", report.judged())
        .put(
            "changes",
            new JsonArray(report.changes().stream().map(c -> (JsonValue) c.json()).toList()))
        .build();
  }
}
