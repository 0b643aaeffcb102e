package dev.theca.broker.audit;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Removes old records, only up to a signed head, which is kept as the checkpoint that the rest of
 * the chain is verified from. The removal is recorded in the chain before anything is removed.
 * Records that a sink has not got yet stay.
 */
public final class Retention {
  static final String KIND = "audit-retention";
  private static final int STEP = 10_000;

  private final Database database;
  private final AuditTrail trail;

  public Retention(Database database, AuditTrail trail) {
    this.database = database;
    this.trail = trail;
  }

  /** Removes what is older; how many records. */
  public long removeOlderThan(Duration age, Instant now) {
    Instant before = now.minus(age);
    var checkpoint =
        database.write(
            sql -> {
              sql.lock("audit");
              var head = lastRemovable(sql, before.toEpochMilli());
              if (head.isPresent()) record(sql, head.get(), before);
              return head;
            });
    if (checkpoint.isEmpty()) return 0;
    long removed = 0;
    while (true) {
      int step = database.write(sql -> step(sql, checkpoint.get().seq()));
      if (step == 0) return removed;
      removed += step;
    }
  }

  private void record(Sql sql, SignedHead head, Instant before) throws SQLException {
    var detail =
        JsonObject.builder()
            .put("through", head.seq())
            .put("hash", head.hash())
            .put("before", before.toString())
            .build();
    sql.update(
        "UPDATE audit_head SET block = ? WHERE seq = ?", -head.seq(), head.seq()); // for good
    long unused = trail.appendAdmitted(sql, new Event(KIND, "granted", "", "broker", detail));
  }

  private static Optional<SignedHead> lastRemovable(Sql sql, long before) throws SQLException {
    var bound =
        sql.one(
            "SELECT MIN(s) FROM (SELECT MIN(seq) AS s FROM audit_record WHERE time >= ?"
                + " UNION ALL SELECT MIN(seq) + 1 FROM audit_cursor"
                + " UNION ALL SELECT MAX(seq) + 1 FROM audit_record) AS bounds",
            row -> row.number(1),
            before);
    if (bound.isEmpty()) return Optional.empty();
    return sql.one(
        "SELECT h.seq, h.hash, h.time, h.key_id, h.signature FROM audit_head h"
            + " JOIN audit_record r ON r.seq = h.seq AND r.hash = h.hash"
            + " WHERE h.seq < ? ORDER BY h.seq DESC LIMIT 1",
        SignedHead::read,
        bound.get());
  }

  /** Removes up to a head, so that what is left begins at a checkpoint after each step. */
  private static int step(Sql sql, long through) throws SQLException {
    var first = sql.one("SELECT MIN(seq) FROM audit_record", row -> row.number(1)).orElse(0L);
    var end =
        sql.one(
            "SELECT seq FROM audit_head WHERE seq >= ? AND seq <= ? AND seq < ?"
                + " ORDER BY seq DESC LIMIT 1",
            row -> row.number(1),
            first,
            through,
            first + STEP);
    if (end.isEmpty()) return 0;
    sql.update("DELETE FROM audit_head WHERE seq < ?", end.get());
    return sql.update("DELETE FROM audit_record WHERE seq <= ?", end.get());
  }
}
