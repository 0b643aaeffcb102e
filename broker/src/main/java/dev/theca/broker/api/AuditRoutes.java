package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.audit.AuditExport;
import dev.theca.broker.audit.ExportRange;
import dev.theca.broker.audit.StoredReasons;
import dev.theca.broker.http.Answer;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The audit trail for auditors, in pages that verify on their own, and the reasons of refusals. */
public final class AuditRoutes {
  private static final int PAGE = 5_000;

  private final AuditExport export;
  private final StoredReasons reasons;

  public AuditRoutes(AuditExport export, StoredReasons reasons) {
    this.export = export;
    this.reasons = reasons;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/theca/v1/audit", Access.ADMIN, this::audit),
        new Route("GET", "/theca/v1/refusals", Access.ADMIN, this::search),
        new Route("GET", "/theca/v1/refusals/{id}", Access.ADMIN, this::reason));
  }

  /** Records from a sequence on: JSON Lines with the signed heads, as the verifier reads them. */
  private Answer audit(Route.Call call) {
    var range =
        Bodies.number("from", call.query("from"), 1)
            .then(
                from ->
                    Bodies.number("limit", call.query("limit"), PAGE)
                        .<ExportRange>map(
                            limit ->
                                new ExportRange.Sequences(
                                    Math.max(1, from),
                                    Math.max(1, from) + Math.clamp(limit, 1, PAGE) - 1)));
    return Bodies.answer("AuditError", range, this::lines);
  }

  private Answer lines(ExportRange range) {
    var out = new ByteArrayOutputStream();
    try {
      long records = export.write(range, out);
      return Answer.bytes("application/jsonl", out.toByteArray())
          .with("Theca-Audit-Records", records + "");
    } catch (IOException e) {
      throw new UncheckedIOException("the audit trail cannot be exported", e);
    }
  }

  private Answer search(Route.Call call) {
    Outcome<Long> limit = Bodies.number("limit", call.query("limit"), 20);
    return Bodies.answer(
        "AuditError",
        limit,
        most ->
            Answer.json(
                JsonObject.builder()
                    .put(
                        "refusals",
                        new JsonArray(
                            found(call, Math.clamp(most, 1, 100)).stream()
                                .<JsonValue>map(found -> found)
                                .toList()))
                    .build()));
  }

  /** About a pod by its name or UID, else about a part of what is known of clients. */
  private List<JsonObject> found(Route.Call call, int most) {
    String pod = call.query("pod");
    return pod.isEmpty()
        ? reasons.forSubject(call.query("subject"), most)
        : reasons.forPod(pod, most);
  }

  private Answer reason(Route.Call call) {
    return reasons
        .find(call.value("id"))
        .map(Answer::json)
        .orElseGet(() -> Answer.error(404, "RefusalNotFound", "no refusal of this id is kept"));
  }
}
