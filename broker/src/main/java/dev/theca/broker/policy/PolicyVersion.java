package dev.theca.broker.policy;

import dev.theca.wire.json.JsonObject;
import java.time.Instant;

/**
 * One text that a policy had or has.
 *
 * @param number from 1; 0 is the text that came with the broker
 * @param sha256 of the text, hex
 * @param syntax {@code v1}, or {@code v0} of a file in the older syntax
 * @param author who wrote it, as the audit trail names actors
 * @param removed whether this version took the policy away; its text is empty then
 */
public record PolicyVersion(
    PolicyId id,
    long number,
    String sha256,
    String syntax,
    String author,
    Instant time,
    boolean removed) {
  /** For answers and for the audit trail. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("kind", id.kind().word())
        .put("id", id.name())
        .put("version", number)
        .put("sha256", sha256)
        .put("syntax", syntax)
        .put("author", author)
        .put("time", time.toString())
        .put("removed", removed)
        .build();
  }
}
