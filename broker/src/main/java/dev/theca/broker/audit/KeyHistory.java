package dev.theca.broker.audit;

import dev.theca.broker.token.EcdsaSigning;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The signing keys of a chain, each agreed to by the one before; which of them are believed. */
final class KeyHistory {
  private static final int MAX = 4096;

  private final List<String> believed;
  private final List<KeyChange> changes = new ArrayList<>();
  private final List<PublicKey> keys = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();
  private int firstBelieved = Integer.MAX_VALUE;

  KeyHistory(List<String> believed) {
    this.believed = believed;
  }

  /** Adds the next key, unless the one before did not agree to it. */
  boolean add(KeyChange change) {
    boolean agreed =
        changes.isEmpty()
            ? change.seq() == 1 && change.previous().equals(AuditRecord.NONE)
            : change.seq() > changes.getLast().seq() && change.agreedBy(keys.getLast());
    if (!agreed || changes.size() == MAX || places.containsKey(change.id())) return false;
    int place = changes.size();
    changes.add(change);
    keys.add(EcdsaSigning.prepared(change.key().publicKey()));
    places.put(change.id(), place);
    if (believed.contains(change.id())) firstBelieved = Math.min(firstBelieved, place);
    return true;
  }

  static Outcome<KeyHistory> read(List<JsonValue> entries, List<String> believed) {
    var history = new KeyHistory(believed);
    for (JsonValue entry : entries) {
      var change = entry instanceof JsonObject o ? KeyChange.of(o) : Optional.<KeyChange>empty();
      if (change.isEmpty() || !history.add(change.get())) return refused();
    }
    if (history.changes.isEmpty()) return refused();
    return Outcome.granted(history);
  }

  private static Outcome<KeyHistory> refused() {
    return Outcome.refused(
        AuditCode.AUDIT_KEY,
        "header of the export",
        "signing keys, each signed by the one before",
        "keys that do not follow one another",
        "take the export again from the broker");
  }

  boolean hasBelieved() {
    return firstBelieved != Integer.MAX_VALUE;
  }

  boolean believes(String id) {
    return Optional.ofNullable(places.get(id)).orElse(-1) >= firstBelieved;
  }

  /** Whether a record that announces a key says what the history says, or continues it. */
  boolean accepts(KeyChange change, long seq, String previous) {
    if (change.seq() != seq || !change.previous().equals(previous)) return false;
    Integer place = places.get(change.id());
    return place == null ? add(change) : changes.get(place).json().equals(change.json());
  }

  /** The key of a head, when it is in force at the record that the head covers, or newer. */
  Optional<PublicKey> keyOf(SignedHead head) {
    Integer place = places.get(head.keyId());
    if (place == null) return Optional.empty();
    boolean replaced = place + 1 < changes.size() && changes.get(place + 1).seq() <= head.seq();
    return replaced ? Optional.empty() : Optional.of(keys.get(place));
  }
}
