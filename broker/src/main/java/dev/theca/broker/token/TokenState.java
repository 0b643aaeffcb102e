package dev.theca.broker.token;

import dev.theca.broker.store.Sql;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys and revocations at one generation.
 *
 * @param revoked {@code kind:value}
 */
record TokenState(long generation, Map<String, HeldKey> keys, Set<String> revoked) {
  static long generation(Sql sql) throws SQLException {
    return sql.one("SELECT generation FROM token_generation WHERE one = 1", row -> row.number(1))
        .orElseThrow(() -> new IllegalStateException("the generation of tokens is missing"));
  }

  /** Tells the other replicas that something changed. */
  static void changed(Sql sql) throws SQLException {
    sql.update("UPDATE token_generation SET generation = generation + 1 WHERE one = 1");
  }

  static TokenState load(Sql sql) throws SQLException {
    var keys = new LinkedHashMap<String, HeldKey>();
    for (HeldKey key :
        sql.list(
            "SELECT kid, state, jwk, made, good_until FROM token_key ORDER BY made, kid",
            row ->
                HeldKey.read(row.text(1), row.text(2), row.text(3), row.number(4), row.number(5))))
      keys.put(key.kid(), key);
    var revoked =
        new HashSet<>(
            sql.list(
                "SELECT kind, value FROM token_revoked", row -> row.text(1) + ":" + row.text(2)));
    return new TokenState(generation(sql), keys, revoked);
  }

  Optional<HeldKey> in(HeldKey.State state) {
    return keys.values().stream().filter(key -> key.state() == state).reduce((_, last) -> last);
  }
}
