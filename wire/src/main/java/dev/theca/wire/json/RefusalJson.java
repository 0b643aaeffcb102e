package dev.theca.wire.json;

import dev.theca.wire.Code;
import dev.theca.wire.Refusal;

/** Refusals as JSON: members code, what, expected, found, next. */
public final class RefusalJson {
  private RefusalJson() {}

  public static JsonObject write(Refusal refusal) {
    return JsonObject.builder()
        .put("code", refusal.code().id())
        .put("what", refusal.what())
        .put("expected", refusal.expected())
        .put("found", refusal.found())
        .put("next", refusal.next())
        .build();
  }

  /** Reads what {@link #write} wrote; a malformed code becomes {@code unreadable-refusal}. */
  public static Refusal read(JsonObject json) {
    return new Refusal(
        code(json.string("code").orElse("")),
        json.string("what").orElse("request"),
        json.string("expected").orElse("unknown"),
        json.string("found").orElse("unknown"),
        json.string("next").orElse("see the log of the sender"));
  }

  private static Code code(String id) {
    try {
      return Code.of(id);
    } catch (IllegalArgumentException e) {
      return Code.of("unreadable-refusal");
    }
  }
}
