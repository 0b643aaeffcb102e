package dev.theca.broker.appraise;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Row;
import dev.theca.broker.store.Sql;
import dev.theca.evidence.TrustVector.Tier;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest attestation of each workload on each platform, kept for dry runs; bounded in number
 * and age, with a bound of their own for what was refused, so that nobody can push out the others
 * by sending rubbish. Evidence and public keys only: nothing here is secret. Safe for many threads.
 */
public final class Recordings {
  private static final int MAX_TEXT = 1 << 20;
  private static final int REMEMBERED = 4096;
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final Duration PAUSE_REFUSED = Duration.ofSeconds(1);

  private final Database database;
  private final int most;
  private final int mostRefused;
  private final Duration age;

  private record Kept(String status, Instant at) {}

  /** When something refused was written: anybody can be refused as often as he likes. */
  private volatile Instant lastRefused = Instant.MIN;

  /** What was written lately and needs no second write. */
  private final Map<String, Kept> lately =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** The newest 10 000, and 1000 refused ones, of the last 30 days. */
  public Recordings(Database database) {
    this(database, 10_000, 1000, Duration.ofDays(30));
  }

  /** The newest so many, of so long. */
  public Recordings(Database database, int most, int mostRefused, Duration age) {
    this.database = database;
    this.most = most;
    this.mostRefused = mostRefused;
    this.age = age;
  }

  /** A service that keeps what it judges. */
  public AttestationService around(AttestationService service) {
    return (attesters, policyIds, now) -> {
      var outcome = service.judge(attesters, policyIds, now);
      if (!attesters.isEmpty()) keep(attesters, outcome, now);
      return outcome;
    };
  }

  /** Keeps an attestation, unless its evidence cannot be read or was kept within ten minutes. */
  void keep(List<Attester> attesters, Outcome<Judged> outcome, Instant now) {
    var subject = subject(attesters, outcome);
    if (subject.isEmpty()) return;
    boolean refused = !outcome.isGranted();
    String status = status(outcome);
    String key = refused ? subject.get() + " " + status : subject.get();
    if (isKnown(key, status, now)) return;
    if (refused) {
      if (!now.isBefore(lastRefused) && now.isBefore(after(lastRefused))) return;
      lastRefused = now;
    }
    String request = AttesterJson.write(attesters);
    if (request.length() > MAX_TEXT) return;
    int unused =
        database.write(
            sql -> {
              write(sql, key, attesters.getFirst().tee(), now, refused, status, request);
              trim(sql, now);
              return 0;
            });
    synchronized (lately) {
      lately.put(key, new Kept(status, now));
    }
  }

  private static Optional<String> subject(List<Attester> attesters, Outcome<Judged> outcome) {
    return outcome instanceof Outcome.Granted<Judged>(var judged) && judged.subject().isPresent()
        ? judged.subject()
        : Subject.of(attesters);
  }

  private static Instant after(Instant last) {
    return last.equals(Instant.MIN) ? last : last.plus(PAUSE_REFUSED);
  }

  private boolean isKnown(String key, String status, Instant now) {
    synchronized (lately) {
      var kept = lately.get(key);
      return kept != null
          && kept.status.equals(status)
          && !now.isBefore(kept.at)
          && now.isBefore(kept.at.plus(PAUSE));
    }
  }

  private static void write(
      Sql sql,
      String subject,
      String tee,
      Instant now,
      boolean refused,
      String status,
      String request)
      throws SQLException {
    sql.update(
        "INSERT INTO recording (subject, tee, recorded, refused, status, request)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE SET"
            + " recorded = excluded.recorded, refused = excluded.refused,"
            + " status = excluded.status, request = excluded.request",
        subject,
        tee,
        now.toEpochMilli(),
        refused ? 1 : 0,
        status,
        request);
  }

  private void trim(Sql sql, Instant now) throws SQLException {
    sql.update("DELETE FROM recording WHERE recorded < ?", now.minus(age).toEpochMilli());
    for (int refused = 0; refused < 2; refused++) {
      var oldest =
          sql.one(
              "SELECT recorded FROM recording WHERE refused = ? ORDER BY recorded DESC"
                  + " LIMIT 1 OFFSET ?",
              row -> row.number(1),
              refused,
              refused == 0 ? most : mostRefused);
      if (oldest.isPresent())
        sql.update(
            "DELETE FROM recording WHERE refused = ? AND recorded <= ?", refused, oldest.get());
    }
  }

  private static String status(Outcome<Judged> outcome) {
    return switch (outcome) {
      case Outcome.Granted<Judged>(var judged) -> status(judged.claims()).word();
      case Outcome.Refused<Judged>(List<Refusal> reasons) -> reasons.getFirst().code().id();
    };
  }

  /** The worst status of a token's submodules. */
  static Tier status(JsonObject claims) {
    Tier worst = Tier.NONE;
    boolean silent = false;
    for (var part : claims.object("submods").map(JsonObject::members).orElse(Map.of()).values()) {
      String word = part instanceof JsonObject one ? one.string("ear.status").orElse("") : "";
      for (Tier tier : Tier.values())
        if (tier.word().equals(word) && tier.compareTo(worst) > 0) worst = tier;
      silent |= word.equals(Tier.NONE.word());
    }
    return silent && worst == Tier.AFFIRMING ? Tier.NONE : worst;
  }

  /** The newest first. */
  public List<Recording> newest(int limit) {
    return database.read(
        sql ->
            sql.list(
                "SELECT subject, tee, recorded, refused, status, request FROM recording"
                    + " ORDER BY recorded DESC, subject LIMIT ?",
                Recordings::read,
                limit));
  }

  private static Recording read(Row row) throws SQLException {
    String subject = row.text(1);
    return new Recording(
        Digest.sha256(subject.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16),
        subject,
        row.text(2),
        Instant.ofEpochMilli(row.number(3)),
        row.number(4) != 0,
        row.text(5),
        AttesterJson.read(row.text(6)));
  }
}
