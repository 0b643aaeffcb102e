package dev.theca.broker.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tables, as numbered scripts that run once each, in this order, all within one transaction.
 * {@code BYTES} stands for the dialect's word; statements end with a semicolon at the end of a
 * line. A script that was released never changes: what was applied is compared by digest.
 */
final class Migrations {
  /** One step. */
  record Script(String name, String text) {
    String digest() {
      try {
        var sha256 = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    List<String> statements(String bytes) {
      var statements = new ArrayList<String>();
      String code = text.replaceAll("(?m)^\\s*--.*$", "").replaceAll("\\bBYTES\\b", bytes);
      for (String statement : code.split(";[ \t]*(?:\n|$)")) {
        if (!statement.isBlank()) statements.add(statement.strip());
      }
      return statements;
    }
  }

  private final List<Script> scripts;

  Migrations(List<Script> scripts) {
    this.scripts = List.copyOf(scripts);
  }

  static Migrations ours() {
    return new Migrations(Scripts.all());
  }

  /**
   * Brings an opened database up to date. Replicas that start at once wait for each other.
   *
   * @throws StoreFault if the database is newer than this program, or an applied script has changed
   */
  void run(Sql sql, String bytes) throws SQLException {
    sql.lock("migration");
    sql.update(
        "CREATE TABLE IF NOT EXISTS migration"
            + " (name TEXT PRIMARY KEY, digest TEXT NOT NULL, applied BIGINT NOT NULL)");
    var applied = applied(sql);
    refuseNewer(applied);
    for (var script : scripts) {
      var digest = applied.get(script.name());
      if (digest == null) apply(sql, script, bytes);
      else refuseChanged(script, digest);
    }
  }

  private static Map<String, String> applied(Sql sql) throws SQLException {
    return sql
        .list("SELECT name, digest FROM migration", row -> Map.entry(row.text(1), row.text(2)))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private void refuseNewer(Map<String, String> applied) {
    var unknown = new ArrayList<>(applied.keySet());
    for (var script : scripts) unknown.remove(script.name());
    if (unknown.isEmpty()) return;
    unknown.sort(null);
    throw new StoreFault(
        "the database is newer than this program: it has "
            + String.join(", ", unknown)
            + "; start the program that made it, or a later one");
  }

  private static void refuseChanged(Script script, String digest) {
    if (digest.equals(script.digest())) return;
    throw new StoreFault(
        "the script "
            + script.name()
            + " is not the one that made the tables: its digest is "
            + script.digest()
            + ", the database has "
            + digest);
  }

  private static void apply(Sql sql, Script script, String bytes) throws SQLException {
    for (String statement : script.statements(bytes)) sql.update(statement);
    sql.update(
        "INSERT INTO migration (name, digest, applied) VALUES (?, ?, ?)",
        script.name(),
        script.digest(),
        System.currentTimeMillis());
  }
}
