package dev.theca.broker.audit;

import dev.theca.broker.store.Sql;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import java.sql.SQLException;

/**
 * Appends to the one chain that all replicas share. Every call holds the lock {@code audit} to the
 * end of its transaction, so that no two records follow the same one.
 */
final class Chain {
  /** Heads are kept one per block, the newest of it. */
  static final int BLOCK = 64;

  private record Tail(long seq, String hash, String keyId) {}

  private final AuditKeys keys;

  Chain(AuditKeys keys) {
    this.keys = keys;
  }

  /** Appends without a signature; {@link #sign} follows before the transaction ends. */
  long append(Sql sql, Event event, long time) throws SQLException {
    var tail = tail(sql, time);
    var record = insert(sql, tail, event, time);
    sql.keep(new Tail(record.seq(), record.hash(), tail.keyId()));
    return record.seq();
  }

  private static AuditRecord insert(Sql sql, Tail tail, Event event, long time)
      throws SQLException {
    var record = AuditRecord.after(tail.seq() + 1, tail.hash(), time, event);
    sql.updateLater(
        "INSERT INTO audit_record (" + AuditRecord.COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.seq(),
        record.time(),
        record.kind(),
        record.outcome(),
        record.tenant(),
        record.actor(),
        record.detail(),
        record.previous(),
        record.hash());
    return record;
  }

  /** Signs the last record, so that all before it are covered. */
  void sign(Sql sql, long time) throws SQLException {
    var tail = tail(sql, time);
    var signing = keys.signing(sql, tail.keyId());
    var head = SignedHead.sign(tail.seq(), tail.hash(), time, signing.id(), signing.key());
    sql.updateLater(
        "INSERT INTO audit_head (block, seq, hash, time, key_id, signature) VALUES (?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (block) DO UPDATE SET seq = excluded.seq, hash = excluded.hash,"
            + " time = excluded.time, key_id = excluded.key_id, signature = excluded.signature",
        head.seq() / BLOCK,
        head.seq(),
        head.hash(),
        head.time(),
        head.keyId(),
        head.signature());
  }

  /** A new signing key, announced by a record that the old key agrees to; its id. */
  String rotate(Sql sql, String actor, long time) throws SQLException {
    var tail = tail(sql, time);
    var before = keys.signing(sql, tail.keyId());
    var pair = Jwk.generate("P-256");
    var change =
        KeyChange.signed(
            Jwk.of(pair.publicKey()).orThrow(), tail.seq() + 1, tail.hash(), before.key());
    announce(sql, tail, change, pair, actor, time);
    return change.id();
  }

  /** Read once for all works that share the transaction: the lock keeps others from adding. */
  private Tail tail(Sql sql, long time) throws SQLException {
    var known = sql.kept(Tail.class);
    if (known.isPresent()) return known.get();
    sql.lock("audit");
    var there =
        sql.one(
            "SELECT seq, hash, (SELECT id FROM audit_key ORDER BY generation DESC LIMIT 1)"
                + " FROM audit_record ORDER BY seq DESC LIMIT 1",
            row -> new Tail(row.number(1), row.text(2), row.text(3)));
    there.ifPresent(sql::keep);
    return there.isPresent() ? there.get() : begin(sql, time);
  }

  private Tail begin(Sql sql, long time) throws SQLException {
    var pair = Jwk.generate("P-256");
    var change = KeyChange.first(Jwk.of(pair.publicKey()).orThrow());
    announce(sql, new Tail(0, AuditRecord.NONE, ""), change, pair, "broker", time);
    return tail(sql, time);
  }

  private void announce(Sql sql, Tail tail, KeyChange change, Jwk pair, String actor, long time)
      throws SQLException {
    keys.add(sql, change, pair);
    JsonObject detail = change.json();
    var record = insert(sql, tail, new Event(KeyChange.KIND, "granted", "", actor, detail), time);
    sql.keep(new Tail(record.seq(), record.hash(), change.id()));
  }
}
