package dev.theca.broker.admin;

import dev.theca.broker.store.Row;
import dev.theca.broker.store.Sql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table admin_token. A time of 0 stands for none. */
final class ApiTokenTable {
  private static final String COLUMNS =
      "SELECT id, name, roles, created, created_by, expires, revoked, used, salt, hash"
          + " FROM admin_token ";

  /** A row: what may be shown, and what the token is compared with. */
  record Stored(ApiToken token, byte[] salt, byte[] hash) {}

  private ApiTokenTable() {}

  static void insert(Sql sql, Stored row) throws SQLException {
    var token = row.token();
    int unused =
        sql.update(
            "INSERT INTO admin_token (id, name, roles, created, created_by, expires, revoked, used,"
                + " salt, hash) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?)",
            token.id(),
            token.name(),
            String.join(" ", token.roles()),
            token.created().toEpochMilli(),
            token.createdBy(),
            token.expires().map(Instant::toEpochMilli).orElse(0L),
            row.salt(),
            row.hash());
  }

  static List<Stored> all(Sql sql) throws SQLException {
    return sql.list(COLUMNS + "ORDER BY created, id", ApiTokenTable::read);
  }

  /** The tokens that were not revoked, expired ones included. */
  static List<Stored> unrevoked(Sql sql) throws SQLException {
    return sql.list(COLUMNS + "WHERE revoked = 0 ORDER BY created, id", ApiTokenTable::read);
  }

  /** The tokens that are valid. */
  static List<Stored> live(Sql sql, Instant now) throws SQLException {
    return sql.list(
        COLUMNS + "WHERE revoked = 0 AND (expires = 0 OR expires > ?) ORDER BY created, id",
        ApiTokenTable::read,
        now.toEpochMilli());
  }

  static void revoke(Sql sql, String id, Instant now) throws SQLException {
    int unused =
        sql.update(
            "UPDATE admin_token SET revoked = ? WHERE id = ? AND revoked = 0",
            now.toEpochMilli(),
            id);
  }

  static void use(Sql sql, String id, Instant hour) throws SQLException {
    int unused =
        sql.update(
            "UPDATE admin_token SET used = ? WHERE id = ? AND used < ?",
            hour.toEpochMilli(),
            id,
            hour.toEpochMilli());
  }

  /** Forgets the oldest tokens that are of no use any more, so that the table stays bounded. */
  static void forget(Sql sql, Instant before) throws SQLException {
    long time = before.toEpochMilli();
    int unused =
        sql.update(
            "DELETE FROM admin_token WHERE (revoked > 0 AND revoked < ?)"
                + " OR (expires > 0 AND expires < ?)",
            time,
            time);
  }

  private static Stored read(Row row) throws SQLException {
    var token =
        new ApiToken(
            row.text(1),
            row.text(2),
            List.of(row.text(3).split(" ")),
            Instant.ofEpochMilli(row.number(4)),
            row.text(5),
            time(row, 6),
            time(row, 7),
            time(row, 8));
    return new Stored(token, row.bytes(9), row.bytes(10));
  }

  private static Optional<Instant> time(Row row, int column) throws SQLException {
    long millis = row.number(column);
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
