package dev.theca.broker.seal;

import dev.theca.broker.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table of wrapped data keys. */
final class DataKeys {
  private static final String COLUMNS = "SELECT id, kek, wrapped FROM data_key ";

  private DataKeys() {}

  /** A data key as it is kept. */
  record Wrapped(long id, String kek, byte[] wrapped) {}

  /** What the key-encryption key binds a data key to. */
  static String context(long id) {
    return "data-key/" + id;
  }

  static Optional<Wrapped> find(Sql sql, long id) throws SQLException {
    return sql.one(
        COLUMNS + "WHERE id = ?", r -> new Wrapped(r.number(1), r.text(2), r.bytes(3)), id);
  }

  static List<Wrapped> all(Sql sql) throws SQLException {
    return sql.list(COLUMNS + "ORDER BY id", r -> new Wrapped(r.number(1), r.text(2), r.bytes(3)));
  }

  static List<DataKeyStatus> statuses(Sql sql) throws SQLException {
    return sql.list(
        "SELECT id, kek, created, sealings FROM data_key ORDER BY created, id",
        r -> new DataKeyStatus(r.number(1), r.text(2), r.number(3), r.number(4)));
  }

  static boolean any(Sql sql) throws SQLException {
    return sql.one("SELECT id FROM data_key LIMIT 1", r -> r.number(1)).isPresent();
  }

  /** Serialises whoever reserves, adds or rewraps, among all replicas. */
  static void lock(Sql sql) throws SQLException {
    sql.lock("data-key");
  }

  /** A block of sealings of the newest key that may still seal; empty when a new one is due. */
  static Optional<Lease> reserve(Sql sql, String kek, Bounds bounds, long now) throws SQLException {
    var usable =
        sql.one(
            "SELECT id, created FROM data_key WHERE kek = ? AND created > ? AND sealings <= ?"
                + " ORDER BY created DESC, id DESC LIMIT 1",
            r -> new long[] {r.number(1), r.number(2)},
            kek,
            now - bounds.lifetimeMillis(),
            bounds.sealings() - bounds.block());
    if (usable.isEmpty()) return Optional.empty();
    long id = usable.get()[0];
    sql.update("UPDATE data_key SET sealings = sealings + ? WHERE id = ?", bounds.block(), id);
    return Optional.of(new Lease(id, bounds.block(), usable.get()[1] + bounds.lifetimeMillis()));
  }

  static void add(Sql sql, Wrapped key, Bounds bounds, long now) throws SQLException {
    sql.update(
        "INSERT INTO data_key (id, kek, wrapped, created, sealings) VALUES (?, ?, ?, ?, ?)",
        key.id(),
        key.kek(),
        key.wrapped(),
        now,
        bounds.block());
  }

  static void replace(Sql sql, Wrapped key) throws SQLException {
    sql.update(
        "UPDATE data_key SET kek = ?, wrapped = ? WHERE id = ?",
        key.kek(),
        key.wrapped(),
        key.id());
  }
}
