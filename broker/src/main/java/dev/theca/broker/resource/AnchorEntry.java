package dev.theca.broker.resource;

import dev.theca.wire.json.JsonObject;
import java.time.Instant;

/** An anchor in a list: whose volume, where it stands, and since when. */
public record AnchorEntry(String owner, String volume, Anchor anchor, Instant changed) {
  /** Owner, volume, sequence, chain and time. */
  public JsonObject toJson() {
    var json = JsonObject.builder().put("owner", owner).put("volume", volume);
    anchor.toJson().members().forEach(json::put);
    return json.put("changed", changed.toString()).build();
  }
}
