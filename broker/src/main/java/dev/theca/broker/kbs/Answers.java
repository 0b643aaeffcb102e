package dev.theca.broker.kbs;

import dev.theca.broker.http.Answer;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.kbs.Kbs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Refusals as clients of the field read them ({@code type}, {@code detail}), and beside it the same
 * in parts, under the id that {@code theca why} takes.
 */
public final class Answers {
  private static final int SHOWN = 16;

  private Answers() {}

  /** A refusal of which no record is kept. */
  public static Answer refused(int status, String variant, List<Refusal> reasons) {
    return refused(status, variant, "", reasons, "");
  }

  /**
   * A refusal.
   *
   * @param before words that clients look for, put before the first reason
   * @param id of the record; empty text for none
   */
  public static Answer refused(
      int status, String variant, String before, List<Refusal> reasons, String id) {
    String detail = before + reasons.getFirst() + (id.isEmpty() ? "" : " (refusal " + id + ")");
    var body = new LinkedHashMap<>(Kbs.error(variant, detail).members());
    body.put("refusal", RefusalJson.write(reasons.getFirst()));
    if (reasons.size() > 1)
      body.put(
          "reasons",
          new JsonArray(reasons.stream().limit(SHOWN).<JsonValue>map(RefusalJson::write).toList()));
    if (!id.isEmpty()) body.put("id", new dev.theca.wire.json.JsonString(id));
    return new Answer(status, "application/json", Map.of(), Json.write(new JsonObject(body)));
  }
}
