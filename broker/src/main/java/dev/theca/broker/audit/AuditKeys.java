package dev.theca.broker.audit;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Sql;
import dev.theca.broker.token.EcdsaSigning;
import dev.theca.broker.token.Thumbprint;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.security.PrivateKey;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The keys that sign heads, sealed in the database; the newest is kept opened in memory. */
final class AuditKeys {
  /** A key that signs now. */
  record Signing(String id, PrivateKey key) {
    @Override
    public String toString() {
      return "Signing[" + id + "]";
    }
  }

  private final Sealer sealer;
  private volatile Optional<Signing> opened = Optional.empty();

  AuditKeys(Sealer sealer) {
    this.sealer = sealer;
  }

  /** The key of this id, which must be the newest one. */
  Signing signing(Sql sql, String id) throws SQLException {
    var there = opened;
    if (there.isPresent() && there.get().id().equals(id)) return there.get();
    byte[] sealed =
        sql.one("SELECT sealed FROM audit_key WHERE id = ?", row -> row.bytes(1), id)
            .orElseThrow(() -> new IllegalStateException("the audit key " + id + " is missing"));
    try (Secret secret = sealer.open(context(id), sealed)) {
      var key = Jwk.parse(secret).orThrow().privateKey().orElseThrow();
      var signing = new Signing(id, EcdsaSigning.prepared(key));
      opened = Optional.of(signing);
      return signing;
    }
  }

  /** Keeps a new key; the private half of the one before is forgotten. */
  void add(Sql sql, KeyChange change, Jwk pair) throws SQLException {
    byte[] sealed;
    try (Secret secret = pair.privateJson()) {
      sealed = secret.lend(plain -> sealer.seal(context(Thumbprint.of(pair)), plain));
    }
    sql.update("UPDATE audit_key SET sealed = NULL WHERE sealed IS NOT NULL");
    sql.update(
        "INSERT INTO audit_key (generation, id, jwk, seq, previous, signature, sealed)"
            + " VALUES ((SELECT COALESCE(MAX(generation), 0) + 1 FROM audit_key), ?, ?, ?, ?, ?, ?)",
        change.id(),
        Json.text(change.key().publicJson()),
        change.seq(),
        change.previous(),
        change.signature(),
        sealed);
  }

  static List<KeyChange> history(Sql sql) throws SQLException {
    return sql.list(
        "SELECT " + KeyChange.COLUMNS + " FROM audit_key ORDER BY generation", KeyChange::read);
  }

  private static String context(String id) {
    return "audit-key/" + id;
  }
}
