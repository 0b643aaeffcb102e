package dev.theca.broker.audit;

import dev.theca.broker.store.Database;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Feeds a sink from the committed records, in order, each at least once. How far it got is kept in
 * the database; one replica at a time feeds a sink, for as long as its lease runs.
 */
public final class SinkFeed {
  private static final int PAGE = 256;
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final Database database;
  private final String name;
  private final Sink sink;
  private final String holder = UUID.randomUUID().toString();

  /**
   * @param name of the sink, stable across restarts: its cursor is kept under it
   */
  public SinkFeed(Database database, String name, Sink sink) {
    this.database = database;
    this.name = name;
    this.sink = sink;
  }

  private record Page(boolean held, List<Sink.Line> lines) {}

  /** Delivers the next page, when this replica holds the lease; how many records. */
  public int step(Instant now) throws IOException {
    var page = database.write(sql -> take(sql, now));
    if (!page.held() || page.lines().isEmpty()) return 0;
    sink.deliver(page.lines());
    long last = page.lines().getLast().seq();
    int unused =
        database.write(
            sql ->
                sql.update(
                    "UPDATE audit_cursor SET seq = ? WHERE sink = ? AND seq < ?",
                    last,
                    name,
                    last));
    return page.lines().size();
  }

  private Page take(dev.theca.broker.store.Sql sql, Instant now) throws java.sql.SQLException {
    sql.update(
        "INSERT INTO audit_cursor (sink, seq, holder, held_until) VALUES (?, 0, '', 0)"
            + " ON CONFLICT (sink) DO NOTHING",
        name);
    int held =
        sql.update(
            "UPDATE audit_cursor SET holder = ?, held_until = ?"
                + " WHERE sink = ? AND (holder = ? OR held_until < ?)",
            holder,
            now.plus(LEASE).toEpochMilli(),
            name,
            holder,
            now.toEpochMilli());
    if (held == 0) return new Page(false, List.of());
    var records =
        sql.list(
            "SELECT "
                + AuditRecord.COLUMNS
                + " FROM audit_record WHERE seq > (SELECT seq FROM audit_cursor WHERE sink = ?)"
                + " ORDER BY seq LIMIT "
                + PAGE,
            AuditRecord::read,
            name);
    return new Page(
        true,
        records.stream()
            .map(r -> new Sink.Line(r.seq(), r.time(), r.kind(), r.outcome(), r.line()))
            .toList());
  }

  /** Forgets every sink but these, so that retention does not wait for what is not configured. */
  public static void forgetOthers(Database database, Set<String> configured) {
    for (String known :
        database.read(sql -> sql.list("SELECT sink FROM audit_cursor", row -> row.text(1))))
      if (!configured.contains(known)) forget(database, known);
  }

  /** Forgets a sink that is no longer configured, so that retention does not wait for it. */
  public static void forget(Database database, String name) {
    int unused = database.write(sql -> sql.update("DELETE FROM audit_cursor WHERE sink = ?", name));
  }
}
