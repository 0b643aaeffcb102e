package dev.theca.broker.audit;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A trail on a database of its own, with a clock that the test moves. */
final class World implements AutoCloseable, InstantSource {
  static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  final Database database;
  final AuditTrail trail;
  private volatile Instant now = START;

  World(Path folder) {
    this(folder, FloodLimits.DEFAULT);
  }

  World(Path folder, FloodLimits limits) {
    this(SqliteDatabase.open(folder.resolve("broker.db")), limits);
  }

  World(Database database, FloodLimits limits) {
    this.database = database;
    trail = AuditTrail.open(database, new TestSealer(), this, limits);
  }

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  static Event event(String kind, String actor, long number) {
    return new Event(
        kind,
        "granted",
        "default",
        actor,
        JsonObject.builder().put("path", "default/key/" + number).put("n", number).build());
  }

  static Event refused(String address) {
    return new Event(
        "attest",
        "refused",
        "",
        "address:" + address,
        JsonObject.builder().put("code", "bad-evidence").build());
  }

  void records(int number) {
    for (int i = 0; i < number; i++) trail.record(event("release", "attested:aa", i));
  }

  long rows(String table) {
    return database.read(
        sql -> sql.one("SELECT COUNT(*) FROM " + table, row -> row.number(1)).orElseThrow());
  }

  String keyId() {
    return database.read(sql -> AuditKeys.history(sql)).getLast().id();
  }

  String export(ExportRange range) {
    try {
      var out = new ByteArrayOutputStream();
      long unused = new AuditExport(database).write(range, out);
      return out.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> lines() {
    return new ArrayList<>(export(ExportRange.all()).lines().toList());
  }

  static Outcome<AuditReport> verify(String export, Expected expected) {
    try {
      return AuditVerify.verify(
          new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)), expected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Outcome<AuditReport> verify(List<String> lines, Expected expected) {
    return verify(String.join("\n", lines) + "\n", expected);
  }

  /** The code of the deciding reason. */
  static String code(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Granted<?> granted -> "granted";
      case Outcome.Refused<?>(var reasons) -> reasons.getFirst().code().id();
    };
  }

  @Override
  public void close() {
    trail.close();
    database.close();
  }
}
