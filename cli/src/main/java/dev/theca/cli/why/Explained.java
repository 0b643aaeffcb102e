package dev.theca.cli.why;

import dev.theca.broker.RefusalText;
import dev.theca.cli.broker.Columns;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;

/** A kept refusal as text: what was refused to whom, the reasons, and the claims behind them. */
final class Explained {
  private Explained() {}

  static String text(JsonObject refusal) {
    var out = new StringBuilder();
    out.append("refusal ").append(word(refusal, "id")).append(" of ").append(word(refusal, "time"));
    out.append("\n").append(word(refusal, "kind")).append(about(refusal));
    out.append(", asked by ").append(word(refusal, "actor"));
    out.append(proved(refusal)).append("\n");
    for (JsonValue value : refusal.array("reasons").orElse(List.of()))
      if (value instanceof JsonObject reason) reason(out, reason);
    var claims =
        refusal
            .object("context")
            .flatMap(context -> context.object("attestation"))
            .flatMap(attestation -> attestation.array("entries"))
            .orElse(List.of());
    if (!claims.isEmpty()) claims(out, claims);
    return out.toString();
  }

  /** Which of the words above somebody vouches for, and which are only said. */
  private static String proved(JsonObject refusal) {
    String actor = word(refusal, "actor");
    var lines = new StringBuilder();
    if (actor.equals("attested:unknown"))
      lines.append("\n  attested: no measurement that the broker knows how to read");
    else if (actor.startsWith("attested:"))
      lines.append("\n  attested: the measurement, by an attestation that the broker believed");
    if (actor.startsWith("address:"))
      lines.append("\n  attested: nothing; whoever asked is known by address alone");
    var detail = refusal.object("detail").orElse(JsonObject.builder().build());
    String uid = detail.string("pod_uid").map(said -> " (uid " + said + ")").orElse("");
    detail
        .string("pod")
        .map(name -> RefusalText.plain("pod " + name + uid))
        .ifPresent(pod -> lines.append("\n  not attested: ").append(pod).append(", by its host"));
    return lines.toString();
  }

  /** What was asked for, where the record says it. */
  private static String about(JsonObject refusal) {
    var none = JsonObject.builder().build();
    var detail = refusal.object("detail").orElse(none);
    String plugin = detail.string("plugin").map(p -> " of " + p).orElse("");
    String path =
        detail
            .get("path")
            .map(p -> p instanceof JsonArray parts ? joined(parts) : Columns.cell(p))
            .orElse("");
    String tee = detail.string("tee").map(t -> " with " + t + " evidence").orElse("");
    return RefusalText.plain(plugin + (path.isEmpty() ? "" : " " + path) + tee);
  }

  private static String joined(JsonArray parts) {
    return String.join("/", parts.items().stream().map(Columns::cell).toList());
  }

  private static void reason(StringBuilder out, JsonObject reason) {
    out.append("\n").append(word(reason, "code")).append(": ").append(word(reason, "what"));
    line(out, "expected", word(reason, "expected"));
    line(out, "found", word(reason, "found"));
    line(out, "next", word(reason, "next"));
    out.append("\n");
  }

  /** One block for each claim, with every condition of it that did not hold. */
  private static void claims(StringBuilder out, List<JsonValue> entries) {
    out.append("\nthe attestation, claim by claim\n");
    String before = "";
    String advised = "";
    for (JsonValue value : entries) {
      if (!(value instanceof JsonObject entry)) continue;
      String claim = word(entry, "submodule") + " " + word(entry, "claim");
      if (!claim.equals(before)) {
        if (!advised.isEmpty()) line(out, "next", advised);
        out.append(before.isEmpty() ? "" : "\n").append("\n").append(claim);
        out.append(" = ").append(Columns.cell(entry.members().get("value")));
        out.append(" (").append(word(entry, "status")).append(", ");
        out.append(word(entry, "code")).append(")");
      }
      String condition = word(entry, "condition");
      if (!condition.equals("-")) line(out, "wanted", condition + "  at " + word(entry, "at"));
      line(out, "expected", word(entry, "expected"));
      line(out, "found", word(entry, "found"));
      advised = word(entry, "next");
      before = claim;
    }
    if (!advised.isEmpty()) line(out, "next", advised);
    out.append("\n");
  }

  private static void line(StringBuilder out, String name, String text) {
    out.append("\n  ").append(name).append(":").repeat(' ', 10 - name.length()).append(text);
  }

  private static String word(JsonObject object, String member) {
    return Columns.cell(object.members().get(member));
  }
}
