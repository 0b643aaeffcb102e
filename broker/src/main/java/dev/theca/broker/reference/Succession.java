package dev.theca.broker.reference;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a message makes of the version before: it replaces it or adds to it, when it was issued
 * later. The order is that of the signers, not that of arrival; an administrator is later than
 * anything.
 *
 * @param usual when the values end
 */
record Succession(String type, boolean append, Origin origin, Instant usual, Instant now) {
  private static final int MAX_LIST_CHARS = 1 << 20;

  /** The version to store; none when the same message was stored already. */
  Outcome<Optional<ReferenceVersion>> after(
      Optional<ReferenceVersion> newest, String name, JsonValue given) {
    boolean admin = origin.key().isEmpty();
    var issued = Instant.ofEpochMilli(origin.issued().toEpochMilli());
    var registered = Instant.ofEpochMilli(now.toEpochMilli());
    JsonValue value = given;
    var expires = usual;
    var force = newest.filter(v -> v.validAt(registered));
    if (append && force.isPresent()) {
      if (!(force.get().value() instanceof JsonArray(List<JsonValue> there)))
        return ReferenceCode.APPEND.refuse(
            "reference value " + ReferenceCode.shown(name),
            "a list to add to",
            "another value",
            "overwrite it");
      value = union(there, ((JsonArray) given).items());
      if (Json.text(value).length() > MAX_LIST_CHARS)
        return ReferenceCode.APPEND.refuse(
            "reference value " + ReferenceCode.shown(name),
            "a list of at most " + MAX_LIST_CHARS + " characters",
            "more",
            "overwrite it with what still holds");
      // What was there must not live longer because something was added.
      if (force.get().expires().isBefore(expires)) expires = force.get().expires();
    }
    if (newest.isPresent() && !admin) {
      var old = newest.get();
      boolean same = !old.deleted() && old.sha256().equals(ReferenceTable.sha256(value));
      if (issued.equals(old.issued()) && same) return Outcome.granted(Optional.empty());
      if (!issued.isAfter(old.issued()))
        return ReferenceCode.ROLLBACK.refuse(
            "reference value " + ReferenceCode.shown(name),
            "issued after " + old.issued() + ", when version " + old.version() + " was",
            issued.toString(),
            "sign the values anew");
    }
    if (newest.isPresent() && issued.isBefore(newest.get().issued()))
      issued = newest.get().issued();
    return Outcome.granted(
        Optional.of(
            new ReferenceVersion(
                name,
                newest.map(ReferenceVersion::version).orElse(0L) + 1,
                type,
                value,
                ReferenceTable.sha256(value),
                origin.name(),
                issued,
                registered,
                expires)));
  }

  private static JsonArray union(List<JsonValue> there, List<JsonValue> added) {
    var all = new LinkedHashSet<>(there);
    all.addAll(added);
    return new JsonArray(List.copyOf(all));
  }
}
