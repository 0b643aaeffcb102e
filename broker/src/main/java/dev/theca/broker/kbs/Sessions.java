package dev.theca.broker.kbs;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What became of challenges that were answered: a token, or failures. A challenge is good for one
 * attestation; a nonce survives {@link #TRIES} failures.
 */
final class Sessions {
  static final int TRIES = 3;

  /**
   * Failures are remembered of so many challenges: anybody can fail, and a nonce that is tried once
   * more gives nothing away.
   */
  private static final int MOST_FAILED = 10_000;

  private static final int TRIM_EVERY = 256;

  private final Database database;

  /** An answered challenge. */
  record Session(long failures, String request, String token) {
    boolean attested() {
      return !token.isEmpty();
    }
  }

  Sessions(Database database) {
    this.database = database;
  }

  Optional<Session> find(String id) {
    return database.read(sql -> find(sql, id));
  }

  private static Optional<Session> find(Sql sql, String id) throws SQLException {
    return sql.one(
        "SELECT failures, request, token FROM session WHERE id = ?",
        row -> new Session(row.number(1), row.maybeText(2).orElse(""), row.maybeText(3).orElse("")),
        id);
  }

  /**
   * Whether the challenge may be answered with this request (named by its digest): a token when
   * just this request was answered before, nothing when it may be tried.
   */
  Outcome<Optional<String>> mayAnswer(Challenge challenge, String request) {
    var known = find(challenge.id());
    if (known.isEmpty()) return Outcome.granted(Optional.empty());
    var session = known.get();
    if (session.attested()) {
      return session.request().equals(request)
          ? Outcome.granted(Optional.of(session.token()))
          : Outcome.refused(
              KbsCode.SESSION_ATTESTED,
              "session",
              "a challenge that was not answered",
              "an attested session",
              "begin with POST /kbs/v0/auth");
    }
    return session.failures() < TRIES ? Outcome.granted(Optional.empty()) : spent();
  }

  private static <T> Outcome<T> spent() {
    return Outcome.refused(
        KbsCode.NONCE_SPENT,
        "challenge",
        "one with fewer than " + TRIES + " failures",
        "a spent one",
        "begin with POST /kbs/v0/auth");
  }

  /** Marks the session attested; false when another answer came first. */
  boolean attested(Sql sql, Challenge challenge, String request, String token) throws SQLException {
    return sql.update(
            "INSERT INTO session (id, failures, request, token, expires) VALUES (?, 0, ?, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET request = excluded.request,"
                + " token = excluded.token WHERE session.token IS NULL AND session.failures < ?",
            challenge.id(),
            request,
            token,
            challenge.expires().toEpochMilli(),
            TRIES)
        > 0;
  }

  void failed(Sql sql, Challenge challenge) throws SQLException {
    int unused =
        sql.update(
            "INSERT INTO session (id, failures, expires) VALUES (?, 1, ?)"
                + " ON CONFLICT (id) DO UPDATE SET failures = session.failures + 1",
            challenge.id(),
            challenge.expires().toEpochMilli());
    if (ThreadLocalRandom.current().nextInt(TRIM_EVERY) == 0)
      unused =
          sql.update(
              "DELETE FROM session WHERE token IS NULL AND expires < (SELECT expires FROM session"
                  + " WHERE token IS NULL ORDER BY expires DESC LIMIT 1 OFFSET ?)",
              MOST_FAILED);
  }

  /** Forgets what is over; how many. */
  int sweep(Instant now) {
    return database.write(
        sql -> sql.update("DELETE FROM session WHERE expires < ?", now.toEpochMilli()));
  }
}
