package dev.theca.broker.kbs;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
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
  private static final int MAX_WHY = 64 << 10;

  /**
   * Failures are remembered of so many challenges: anybody can fail, and a nonce that is tried once
   * more gives nothing away. Those that end sooner are forgotten first; of those that end together,
   * which many do in a crowd, any.
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

  /**
   * Marks the session attested; false when another answer came first.
   *
   * @param token what was signed, and under which id
   * @param why what the attestation lacked; kept with the session, for {@link #why}
   */
  boolean attested(Sql sql, Challenge challenge, String request, Token token, JsonObject why)
      throws SQLException {
    String lacked = Json.text(why);
    return sql.update(
            "INSERT INTO session (id, failures, request, token, jti, why, expires)"
                + " VALUES (?, 0, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET request = excluded.request,"
                + " token = excluded.token, jti = excluded.jti, why = excluded.why"
                + " WHERE session.token IS NULL AND session.failures < ?",
            challenge.id(),
            request,
            token.text(),
            token.id(),
            lacked.length() > MAX_WHY ? "{}" : lacked,
            challenge.expires().toEpochMilli(),
            TRIES)
        > 0;
  }

  /** A signed token, and its {@code jti}. */
  record Token(String text, String id) {}

  /**
   * What the attestation lacked that a token came from, claim by claim; empty object when it lacked
   * nothing, is over, or was made elsewhere.
   */
  static JsonObject why(Sql sql, String tokenId) throws SQLException {
    if (tokenId.isEmpty()) return JsonObject.builder().build();
    return sql.one("SELECT why FROM session WHERE jti = ?", row -> row.maybeText(1), tokenId)
        .flatMap(text -> text)
        .map(text -> Json.object(text.getBytes(StandardCharsets.UTF_8)).orThrow())
        .orElseGet(() -> JsonObject.builder().build());
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
              "DELETE FROM session WHERE token IS NULL AND (expires, id) < (SELECT expires, id"
                  + " FROM session WHERE token IS NULL ORDER BY expires DESC, id DESC"
                  + " LIMIT 1 OFFSET ?)",
              MOST_FAILED);
  }

  /** Forgets what is over; how many. */
  int sweep(Instant now) {
    return database.write(
        sql -> sql.update("DELETE FROM session WHERE expires < ?", now.toEpochMilli()));
  }
}
