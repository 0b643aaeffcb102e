package dev.theca.broker.audit;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The audit trail in the database: each record carries the hash of the one before, and the last
 * record of each commit is signed with a key of the trail's own (ES256). Whoever changes what was
 * committed needs that key, or leaves a chain that {@link AuditVerify} refuses. Does not protect
 * against one who holds the key-encryption key, nor against the loss of the newest records where no
 * head was exported before.
 */
public final class AuditTrail implements Audit, AutoCloseable {
  private final Database database;
  private final InstantSource clock;
  private final Chain chain;
  private final Flood flood;

  /** Whether the running commit has records to sign; works and hooks run one after another. */
  private volatile boolean unsigned;

  private AuditTrail(Database database, Sealer sealer, InstantSource clock, FloodLimits limits) {
    this.database = database;
    this.clock = clock;
    chain = new Chain(new AuditKeys(sealer));
    flood = new Flood(limits);
  }

  /** Opens the trail, and begins the chain when there is none. */
  public static AuditTrail open(
      Database database, Sealer sealer, InstantSource clock, FloodLimits limits) {
    var trail = new AuditTrail(database, sealer, clock, limits);
    database.beforeCommit("audit", trail::signLast);
    trail.record(
        new Event(
            "broker", "granted", "", "broker", JsonObject.builder().put("at", "start").build()));
    return trail;
  }

  @Override
  public void append(Sql sql, Event event) throws SQLException {
    if (flood.admits(event, clock.instant())) appendAdmitted(sql, event);
  }

  /** Whether {@link #append} would write it now; what is refused here is counted. */
  boolean admits(Event event) {
    return flood.admits(event, clock.instant());
  }

  /** Appends in any case; the sequence of the record. */
  long appendAdmitted(Sql sql, Event event) throws SQLException {
    unsigned = true;
    return chain.append(sql, event, clock.millis());
  }

  @Override
  public void record(Event event) {
    if (flood.admits(event, clock.instant())) {
      long unused = database.write(sql -> appendAdmitted(sql, event));
    }
  }

  private boolean signLast(Sql sql) throws SQLException {
    if (!unsigned) return false;
    chain.sign(sql, clock.millis());
    unsigned = false;
    return true;
  }

  /** Changes the signing key; the old one agrees to the new one in the chain. The new key's id. */
  public String rotateKey(String actor) {
    return database.write(
        sql -> {
          unsigned = true;
          return chain.rotate(sql, actor, clock.millis());
        });
  }

  /** Writes the summaries of past minutes: to be called once a minute. */
  public void flush(Instant now) {
    write(flood.due(now));
  }

  private void write(List<Event> summaries) {
    if (summaries.isEmpty()) return;
    boolean done = false;
    try {
      long unused =
          database.write(
              sql -> {
                long last = 0;
                for (Event summary : summaries) last = appendAdmitted(sql, summary);
                return last;
              });
      done = true;
    } finally {
      if (!done) flood.giveBack(summaries);
    }
  }

  /** Writes what was counted up to now. The database stays open. */
  @Override
  public void close() {
    write(flood.all());
  }
}
