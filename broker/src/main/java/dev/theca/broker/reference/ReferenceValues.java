package dev.theca.broker.reference;

import dev.theca.broker.admin.Actor;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The reference value provider: takes values whose provenance holds, forgets them when they expire,
 * and keeps who said what. What is registered is on disk and in the audit trail before a call
 * returns. Used by many threads.
 *
 * @throws dev.theca.broker.store.StoreDown from every method when the database cannot be reached;
 *     nothing was changed
 */
public final class ReferenceValues implements ReferenceSource {
  private static final int MAX_PAGE = 1000;
  private static final int MAX_NAME_CHARS = 512;

  private final Database database;
  private final Audit audit;
  private final ReferenceCache cache;
  private final Registration registration;

  public ReferenceValues(Database database, Audit audit, ReferenceSettings settings) {
    this.database = database;
    this.audit = audit;
    cache = new ReferenceCache(database);
    registration = new Registration(database, audit, settings);
  }

  /** Registers a signed message, whoever brings it; the names that it speaks of. */
  public Outcome<List<String>> register(JsonObject message, Instant now) {
    try {
      return registration.signed(message, now);
    } finally {
      cache.changed(); // whatever became of it
    }
  }

  /**
   * Registers a message that an administrator sends, who was allowed to: a signed one by its
   * signature, an unsigned one in their name where the configuration says so.
   */
  public Outcome<List<String>> register(JsonObject message, Actor by, Instant now) {
    try {
      return registration.byAdmin(message, by, now);
    } finally {
      cache.changed(); // whatever became of it
    }
  }

  @Override
  public Optional<JsonValue> find(String name, Instant now) {
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS) return Optional.empty();
    return cache.find(name, now).filter(v -> v.validAt(now)).map(ReferenceVersion::value);
  }

  /**
   * Values in force, expired ones included, whose names begin with a text.
   *
   * @param after the name after which to go on; empty text: from the beginning
   * @param limit how many, at most 1000
   */
  public ReferencePage list(String prefix, String after, int limit) {
    int size = Math.clamp(limit, 1, MAX_PAGE);
    var rows = database.read(sql -> ReferenceTable.page(sql, prefix, after, size + 1));
    return rows.size() <= size
        ? new ReferencePage(rows, "")
        : new ReferencePage(rows.subList(0, size), rows.get(size - 1).name());
  }

  /** The last hundred versions under a name, newest first; deletions are among them. */
  public List<ReferenceVersion> history(String name) {
    return database.read(sql -> ReferenceTable.history(sql, name));
  }

  /** Deletes a value; messages that were signed before this cannot bring it back. */
  public Outcome<ReferenceVersion> delete(String name, Actor by, Instant now) {
    try {
      return database.write(
          sql -> {
            ReferenceTable.lock(sql);
            var current = ReferenceTable.current(sql, name);
            if (current.isEmpty())
              return ReferenceCode.UNKNOWN.refuse(
                  "reference value",
                  "a registered name",
                  ReferenceCode.shown(name),
                  "list the reference values");
            var old = current.get();
            var issued = old.issued().isAfter(now) ? old.issued() : now;
            ReferenceTable.put(
                sql,
                new ReferenceVersion(
                    name,
                    old.version() + 1,
                    ReferenceVersion.DELETED,
                    new JsonNull(),
                    "",
                    "admin:" + by.name(),
                    issued,
                    now,
                    now));
            ReferenceTable.changed(sql);
            audit.append(
                sql,
                new Event(
                    "reference",
                    "granted",
                    "",
                    "admin:" + by.name(),
                    JsonObject.builder()
                        .put("action", "delete")
                        .put("name", name)
                        .put("version", old.version())
                        .put("sha256", old.sha256())
                        .build()));
            return Outcome.granted(old);
          });
    } finally {
      cache.changed();
    }
  }
}
