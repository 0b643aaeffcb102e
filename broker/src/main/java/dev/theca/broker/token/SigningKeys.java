package dev.theca.broker.token;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Makes, seals, opens and rotates the signing keys; every change holds the lock {@code token}. */
final class SigningKeys {
  /** Replicas that have not noticed a rotation yet sign with the old key for so long. */
  private static final long NOTICE_MILLIS = 10_000;

  private final Database database;
  private final Sealer sealer;
  private final TokenSettings settings;
  private final Optional<KeyFiles> files;
  private volatile Optional<SigningKey> opened = Optional.empty();

  SigningKeys(Database database, Sealer sealer, TokenSettings settings) {
    this.database = database;
    this.sealer = sealer;
    this.settings = settings;
    files =
        switch (settings.key()) {
          case TokenSettings.KeySource.Own() -> Optional.empty();
          case TokenSettings.KeySource.Files named -> Optional.of(new KeyFiles(named));
        };
  }

  void ensure(Instant now) {
    if (files.isPresent()) announce(files.get().load(), now);
    int unused =
        database.write(
            sql -> {
              sql.lock("token");
              var state = TokenState.load(sql);
              if (state.in(HeldKey.State.CURRENT).isEmpty()) make(sql, "current", now);
              if (state.in(HeldKey.State.NEXT).isEmpty()) make(sql, "next", now);
              return 0;
            });
  }

  /** Reads the operator's files again when they changed; whether they did. */
  boolean filesChanged(Instant now) {
    if (files.isEmpty()) return false;
    var changed = files.get().changed(now);
    changed.ifPresent(key -> announce(key, now));
    return changed.isPresent();
  }

  private void announce(KeyFiles.Loaded loaded, Instant now) {
    String kid = loaded.held().kid();
    int unused =
        database.write(
            sql -> {
              sql.lock("token");
              sql.update(
                  "UPDATE token_key SET state = 'retired', good_until = ?"
                      + " WHERE state = 'operator' AND kid <> ?",
                  retiredUntil(now),
                  kid);
              sql.update(
                  "INSERT INTO token_key (kid, state, jwk, made, good_until)"
                      + " VALUES (?, 'operator', ?, ?, 0)"
                      + " ON CONFLICT (kid) DO UPDATE SET state = 'operator', jwk = excluded.jwk",
                  kid,
                  Json.text(loaded.held().jwk()),
                  now.toEpochMilli());
              TokenState.changed(sql);
              return 0;
            });
    opened = Optional.of(loaded.signing());
  }

  /** The key that signs by this state; empty when the state is out of date. */
  Optional<SigningKey> signing(TokenState state) {
    var there = opened;
    if (files.isPresent()) return there;
    var current = state.in(HeldKey.State.CURRENT);
    if (current.isEmpty()) return Optional.empty();
    if (there.isPresent() && there.get().kid().equals(current.get().kid())) return there;
    var fresh = open(current.get());
    if (fresh.isPresent()) opened = fresh;
    return fresh;
  }

  private Optional<SigningKey> open(HeldKey held) {
    var sealed =
        database.read(
            sql ->
                sql.one(
                    "SELECT sealed FROM token_key WHERE kid = ? AND sealed IS NOT NULL",
                    r -> r.bytes(1),
                    held.kid()));
    if (sealed.isEmpty()) return Optional.empty();
    try (Secret secret = sealer.open(context(held.kid()), sealed.get())) {
      var key = Jwk.parse(secret).orThrow().privateKey().orElseThrow();
      return Optional.of(new SigningKey(held, key));
    }
  }

  Outcome<String> rotate(Instant now) {
    return database.write(
        sql -> {
          sql.lock("token");
          var next = TokenState.load(sql).in(HeldKey.State.NEXT);
          if (next.isEmpty()) throw new IllegalStateException("there is no next key for tokens");
          Instant ready = next.get().made().plus(settings.publishAhead());
          if (now.isBefore(ready))
            return Outcome.<String>refused(
                TokenCode.TOKEN_ROTATION_EARLY,
                "next signing key",
                "published for " + settings.publishAhead().toSeconds() + " s",
                "published since " + next.get().made(),
                "rotate again after " + ready);
          retire(sql, now);
          sql.update("UPDATE token_key SET state = 'current' WHERE kid = ?", next.get().kid());
          make(sql, "next", now);
          return Outcome.granted(next.get().kid());
        });
  }

  /** A retired key keeps no private half. */
  private void retire(Sql sql, Instant now) throws SQLException {
    sql.update(
        "UPDATE token_key SET state = 'retired', good_until = ?, sealed = NULL"
            + " WHERE state = 'current'",
        retiredUntil(now));
  }

  private long retiredUntil(Instant now) {
    return now.plus(settings.longestLife()).toEpochMilli() + NOTICE_MILLIS;
  }

  String replaceAll(Instant now) {
    return database.write(
        sql -> {
          sql.lock("token");
          sql.update("DELETE FROM token_key WHERE state <> 'operator'");
          String kid = make(sql, "current", now);
          make(sql, "next", now);
          return kid;
        });
  }

  void tidy(Instant now) {
    int unused =
        database.write(
            sql -> {
              sql.lock("token");
              int gone =
                  sql.update(
                      "DELETE FROM token_key WHERE state = 'retired' AND good_until < ?",
                      now.toEpochMilli());
              gone += sql.update("DELETE FROM token_revoked WHERE until < ?", now.toEpochMilli());
              if (gone > 0) TokenState.changed(sql);
              return gone;
            });
  }

  private String make(Sql sql, String state, Instant now) throws SQLException {
    var pair = Jwk.generate("P-256");
    String kid = Thumbprint.of(pair);
    byte[] sealed;
    try (Secret secret = pair.privateJson()) {
      sealed = secret.lend(plain -> sealer.seal(context(kid), plain));
    }
    sql.update(
        "INSERT INTO token_key (kid, state, jwk, made, good_until, sealed) VALUES (?, ?, ?, ?, 0, ?)",
        kid,
        state,
        Json.text(HeldKey.header(pair)),
        now.toEpochMilli(),
        sealed);
    TokenState.changed(sql);
    return kid;
  }

  private static String context(String kid) {
    return "token-key/" + kid;
  }
}
