package dev.theca.broker.kbs;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys under which challenges are authenticated (HMAC-SHA-256), shared by all replicas through
 * the database. A new one is made each day; one that another replica made is found when a cookie
 * names it.
 */
final class SessionKeys {
  private static final Duration LIFE = Duration.ofDays(1);
  private static final int KEPT = 3;
  private static final String HMAC = "HmacSHA256";

  private final Database database;
  private final Sealer sealer;
  private final SecureRandom random = new SecureRandom();
  private final Map<Long, Key> keys = new ConcurrentHashMap<>();
  private volatile Key current;

  /** One key; {@code id} stands in the cookies. */
  record Key(long id, Instant created, SecretKeySpec key) {
    byte[] mac(byte[] text) {
      try {
        var mac = Mac.getInstance(HMAC);
        mac.init(key);
        return mac.doFinal(text);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK has no " + HMAC, e);
      }
    }
  }

  SessionKeys(Database database, Sealer sealer, Instant now) {
    this.database = database;
    this.sealer = sealer;
    this.current = newest(now);
  }

  /** The key for new challenges. */
  Key current(Instant now) {
    Key known = current;
    if (now.isBefore(known.created().plus(LIFE))) return known;
    current = newest(now);
    return current;
  }

  /** The key of a cookie. */
  Optional<Key> find(long id) {
    Key known = keys.get(id);
    if (known != null) return Optional.of(known);
    // far from the newest, an id is made up; near it, another replica may know the key
    if (Math.abs(id - current.id()) > KEPT) return Optional.empty();
    var read =
        database
            .read(
                sql ->
                    sql.one(
                        "SELECT id, created, sealed FROM session_key WHERE id = ?",
                        row -> new Sealed(row.number(1), row.number(2), row.bytes(3)),
                        id))
            .map(this::opened);
    read.ifPresent(key -> keys.put(id, key));
    return read;
  }

  /** A stored key, still sealed: it is opened outside of the transaction. */
  private record Sealed(long id, long created, byte[] bytes) {}

  private Key newest(Instant now) {
    var last = database.read(SessionKeys::last);
    if (last.isEmpty() || !fresh(last.get(), now)) {
      long id = last.map(Sealed::id).orElse(0L) + 1;
      byte[] key = new byte[32];
      random.nextBytes(key);
      byte[] sealed = sealer.seal("session-key/" + id, key);
      Arrays.fill(key, (byte) 0);
      last =
          Optional.of(
              database.write(
                  sql -> {
                    // another replica may have been faster: then its key is the one
                    int unused =
                        sql.update(
                            "INSERT INTO session_key (id, sealed, created) VALUES (?, ?, ?)"
                                + " ON CONFLICT (id) DO NOTHING",
                            id,
                            sealed,
                            now.toEpochMilli());
                    unused = sql.update("DELETE FROM session_key WHERE id <= ?", id - KEPT);
                    return last(sql).orElseThrow();
                  }));
    }
    Key newest = opened(last.get());
    keys.put(newest.id(), newest);
    keys.remove(newest.id() - KEPT);
    return newest;
  }

  private static boolean fresh(Sealed key, Instant now) {
    return now.isBefore(Instant.ofEpochMilli(key.created()).plus(LIFE));
  }

  private static Optional<Sealed> last(Sql sql) throws SQLException {
    return sql.one(
        "SELECT id, created, sealed FROM session_key ORDER BY id DESC LIMIT 1",
        row -> new Sealed(row.number(1), row.number(2), row.bytes(3)));
  }

  private Key opened(Sealed stored) {
    try (Secret secret = sealer.open("session-key/" + stored.id(), stored.bytes())) {
      return new Key(
          stored.id(),
          Instant.ofEpochMilli(stored.created()),
          secret.lend(bytes -> new SecretKeySpec(bytes, HMAC)));
    }
  }
}
