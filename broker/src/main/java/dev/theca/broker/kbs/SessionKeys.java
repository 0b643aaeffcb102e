package dev.theca.broker.kbs;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
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
    // an id beyond the newest is made up, unless another replica has just made it
    if (id <= current.id() || id > current.id() + KEPT) return Optional.empty();
    var read =
        database.read(
            sql ->
                sql.one(
                    "SELECT id, created, sealed FROM session_key WHERE id = ?",
                    row -> opened(row.number(1), row.number(2), row.bytes(3)),
                    id));
    read.ifPresent(key -> keys.put(id, key));
    return read;
  }

  private Key newest(Instant now) {
    byte[] fresh = new byte[32];
    random.nextBytes(fresh);
    Key key =
        database.write(
            sql -> {
              sql.lock("session-key");
              var last =
                  sql.one(
                      "SELECT id, created, sealed FROM session_key ORDER BY id DESC LIMIT 1",
                      row -> opened(row.number(1), row.number(2), row.bytes(3)));
              if (last.isPresent() && now.isBefore(last.get().created().plus(LIFE)))
                return last.get();
              long id = last.map(Key::id).orElse(0L) + 1;
              int unused =
                  sql.update(
                      "INSERT INTO session_key (id, sealed, created) VALUES (?, ?, ?)",
                      id,
                      sealer.seal("session-key/" + id, fresh),
                      now.toEpochMilli());
              unused = sql.update("DELETE FROM session_key WHERE id <= ?", id - KEPT);
              return new Key(id, now, new SecretKeySpec(fresh, HMAC));
            });
    keys.put(key.id(), key);
    keys.remove(key.id() - KEPT);
    java.util.Arrays.fill(fresh, (byte) 0);
    return key;
  }

  private Key opened(long id, long created, byte[] sealed) {
    try (Secret secret = sealer.open("session-key/" + id, sealed)) {
      return new Key(
          id, Instant.ofEpochMilli(created), secret.lend(bytes -> new SecretKeySpec(bytes, HMAC)));
    }
  }
}
