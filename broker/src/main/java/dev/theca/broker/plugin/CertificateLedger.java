package dev.theca.broker.plugin;

import dev.theca.broker.store.Sql;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which certificates an authority issued and revoked. A certificate is forgotten when its retention
 * after expiry has passed, a few at each issue; one that has not expired never is.
 */
record CertificateLedger(String authority, Duration retention) {
  /** One certificate. */
  record Issued(
      BigInteger serial,
      String subject,
      String names,
      String actor,
      Instant issued,
      Instant expires) {}

  /** How many may be named on a list, so that it stays below 1 MiB. */
  private static final int MAX_REVOKED = 16_384;

  private static final int FORGOTTEN_AT_ONCE = 100;

  void add(Sql sql, Issued one) throws SQLException {
    sql.update(
        "DELETE FROM plugin_certificate WHERE authority = ? AND serial IN (SELECT serial FROM"
            + " plugin_certificate WHERE authority = ? AND expires < ? ORDER BY expires LIMIT "
            + FORGOTTEN_AT_ONCE
            + ")",
        authority,
        authority,
        one.issued().minus(retention).toEpochMilli());
    sql.update(
        "INSERT INTO plugin_certificate"
            + " (authority, serial, subject, names, actor, issued, expires, revoked)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        authority,
        one.serial().toString(16),
        one.subject(),
        one.names(),
        one.actor(),
        one.issued().toEpochMilli(),
        one.expires().toEpochMilli());
  }

  /** When it was revoked, now or before; empty when it was not issued here. */
  Optional<Instant> revoke(Sql sql, BigInteger serial, Instant now) throws SQLException {
    sql.update(
        "UPDATE plugin_certificate SET revoked = ? WHERE authority = ? AND serial = ?"
            + " AND revoked = 0",
        now.toEpochMilli(),
        authority,
        serial.toString(16));
    return sql.one(
        "SELECT revoked FROM plugin_certificate WHERE authority = ? AND serial = ?",
        row -> Instant.ofEpochMilli(row.number(1)),
        authority,
        serial.toString(16));
  }

  /** The revoked ones that have not expired, the newest if they are too many. */
  List<X509Writer.Revoked> revoked(Sql sql, Instant now) throws SQLException {
    return sql.list(
        "SELECT serial, revoked FROM plugin_certificate WHERE authority = ? AND expires >= ?"
            + " AND revoked > 0 ORDER BY revoked DESC LIMIT "
            + MAX_REVOKED,
        row ->
            new X509Writer.Revoked(
                new BigInteger(row.text(1), 16), Instant.ofEpochMilli(row.number(2))),
        authority,
        now.toEpochMilli());
  }
}
