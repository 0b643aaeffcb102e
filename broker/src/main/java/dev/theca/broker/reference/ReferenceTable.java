package dev.theca.broker.reference;

import dev.theca.broker.store.Row;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table reference_value, and the count of its changes. */
final class ReferenceTable {
  static final int KEPT_VERSIONS = 100;

  private static final Limits STORED = Limits.DEFAULT.withBytes(8 << 20).withDepth(40);
  private static final String COLUMNS =
      "SELECT name, version, type, value, provenance, issued, registered, expires"
          + " FROM reference_value ";

  private ReferenceTable() {}

  /** Makes the changes of replicas follow one another. */
  static void lock(Sql sql) throws SQLException {
    sql.lock("reference");
  }

  /** Tells all replicas that what they remember is old. */
  static void changed(Sql sql) throws SQLException {
    int unused =
        sql.update("UPDATE reference_generation SET generation = generation + 1 WHERE id = 1");
  }

  static long generation(Sql sql) throws SQLException {
    return sql.one("SELECT generation FROM reference_generation WHERE id = 1", r -> r.number(1))
        .orElseThrow(() -> new IllegalStateException("reference_generation is empty"));
  }

  static Optional<ReferenceVersion> current(Sql sql, String name) throws SQLException {
    return sql.one(COLUMNS + "WHERE current = 1 AND name = ?", ReferenceTable::read, name);
  }

  /** The newest version, a deletion included. */
  static Optional<ReferenceVersion> newest(Sql sql, String name) throws SQLException {
    return sql.one(
        COLUMNS + "WHERE name = ? ORDER BY version DESC LIMIT 1", ReferenceTable::read, name);
  }

  static List<ReferenceVersion> history(Sql sql, String name) throws SQLException {
    return sql.list(COLUMNS + "WHERE name = ? ORDER BY version DESC", ReferenceTable::read, name);
  }

  static List<ReferenceVersion> page(Sql sql, String prefix, String after, int limit)
      throws SQLException {
    return sql.list(
        COLUMNS
            + "WHERE current = 1 AND name > ? AND substr(name, 1, CAST(? AS INTEGER)) = ? ORDER BY name LIMIT ?",
        ReferenceTable::read,
        after,
        prefix.codePointCount(0, prefix.length()),
        prefix,
        limit);
  }

  /** How many names there are, deleted ones included. */
  static long names(Sql sql) throws SQLException {
    return sql.one("SELECT COUNT(DISTINCT name) FROM reference_value", r -> r.number(1)).orElse(0L);
  }

  /** Puts a version in force, in the place of the one before. */
  static void put(Sql sql, ReferenceVersion version) throws SQLException {
    int before =
        sql.update(
            "UPDATE reference_value SET current = 0 WHERE current = 1 AND name = ?",
            version.name());
    int added =
        sql.update(
            "INSERT INTO reference_value (name, version, current, type, value, provenance, issued,"
                + " registered, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            version.name(),
            version.version(),
            version.deleted() ? 0 : 1,
            version.type(),
            Json.text(version.value()),
            version.provenance(),
            version.issued().toEpochMilli(),
            version.registered().toEpochMilli(),
            version.expires().toEpochMilli());
    if (before > 1 || added != 1)
      throw new IllegalStateException("reference value " + version.name() + " was in force twice");
    int old =
        sql.update(
            "DELETE FROM reference_value WHERE name = ? AND version <= ?",
            version.name(),
            version.version() - KEPT_VERSIONS);
    assert old <= 1;
  }

  static String sha256(JsonValue value) {
    return Digest.sha256(Json.text(value).getBytes(StandardCharsets.UTF_8)).hex();
  }

  private static ReferenceVersion read(Row row) throws SQLException {
    byte[] text = row.text(4).getBytes(StandardCharsets.UTF_8);
    return new ReferenceVersion(
        row.text(1),
        row.number(2),
        row.text(3),
        Json.parse(text, STORED).orThrow(),
        Digest.sha256(text).hex(),
        row.text(5),
        Instant.ofEpochMilli(row.number(6)),
        Instant.ofEpochMilli(row.number(7)),
        Instant.ofEpochMilli(row.number(8)));
  }
}
