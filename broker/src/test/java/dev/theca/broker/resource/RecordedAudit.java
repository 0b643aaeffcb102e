package dev.theca.broker.resource;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.json.Json;
import java.sql.SQLException;
import java.util.List;

/** A trail in a table of the same database, so that an undone transaction undoes its event. */
final class RecordedAudit implements Audit {
  private final Database database;
  volatile boolean failing;

  RecordedAudit(Database database) {
    this.database = database;
    int unused =
        database.write(
            sql -> sql.update("CREATE TABLE IF NOT EXISTS recorded (at BIGINT, text TEXT)"));
  }

  @Override
  public void append(Sql sql, Event event) throws SQLException {
    if (failing) throw new IllegalStateException("the trail is full");
    long next =
        sql.one("SELECT COALESCE(MAX(at), 0) + 1 FROM recorded", row -> row.number(1)).orElse(1L);
    sql.update(
        "INSERT INTO recorded (at, text) VALUES (?, ?)",
        next,
        event.kind()
            + " "
            + event.outcome()
            + " "
            + event.tenant()
            + " "
            + event.actor()
            + " "
            + Json.text(event.detail()));
  }

  @Override
  public void record(Event event) {
    throw new AssertionError("a write is recorded in its own transaction");
  }

  List<String> events() {
    return database.read(
        sql -> sql.list("SELECT text FROM recorded ORDER BY at", row -> row.text(1)));
  }
}
