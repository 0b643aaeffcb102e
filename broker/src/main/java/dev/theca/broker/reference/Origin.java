package dev.theca.broker.reference;

import java.time.Instant;
import java.util.Optional;

/**
 * Who said that values are good, and when.
 *
 * @param name {@code key:NAME} or {@code admin:NAME}, as it is recorded
 * @param issued orders the messages about one name: an older one never replaces a younger
 * @param lifeFrom where the usual life begins, when nothing says the end
 * @param expires when the message says the end
 * @param key whose scope bounds the names; none for an administrator, who may name anything
 */
record Origin(
    String name,
    Instant issued,
    Instant lifeFrom,
    Optional<Instant> expires,
    Optional<ProvenanceKey> key) {
  static Origin admin(String name, Instant now) {
    return new Origin("admin:" + name, now, now, Optional.empty(), Optional.empty());
  }

  boolean mayName(String valueName) {
    return key.isEmpty() || key.get().covers(valueName);
  }
}
