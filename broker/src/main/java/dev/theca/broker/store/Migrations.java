package dev.theca.broker.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables, as numbered scripts that run once each, in this order. {@code BYTES} stands for the
 * dialect's word; statements end with a semicolon at the end of a line.
 */
final class Migrations {
  private static final List<String> SCRIPTS =
      List.of(
          "100-audit",
          "200-token",
          "300-seal",
          "310-resource",
          "400-policy",
          "410-recording",
          "500-reference",
          "600-admin",
          "700-kbs",
          "800-plugin");

  private Migrations() {}

  /** Brings an opened database up to date, within one transaction. */
  static void run(Sql sql, String bytes) throws SQLException {
    sql.update(
        "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied BIGINT NOT NULL)");
    sql.lock("migration");
    var done = sql.list("SELECT name FROM migration", row -> row.text(1));
    for (String name : SCRIPTS) {
      if (done.contains(name)) continue;
      for (String statement : script(name).replace("BYTES", bytes).split(";\\s*(?:\n|$)")) {
        String text = statement.replaceAll("(?m)^--.*$", "").strip();
        if (!text.isEmpty()) sql.update(text);
      }
      sql.update(
          "INSERT INTO migration (name, applied) VALUES (?, ?)", name, System.currentTimeMillis());
    }
  }

  private static String script(String name) {
    try (var in = Migrations.class.getResourceAsStream(name + ".sql")) {
      if (in == null) throw new IllegalStateException("the script " + name + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the script " + name, e);
    }
  }
}
