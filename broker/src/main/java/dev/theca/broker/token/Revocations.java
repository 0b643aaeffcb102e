package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tokens that are no longer believed although they have not expired: one by its id, or all whose
 * subject has a measurement. Other replicas notice within a second.
 */
public final class Revocations {
  private static final int MAX_LISTED = 1000;
  private static final String TOKEN = "jti";
  private static final String MEASUREMENT = "measurement";

  private final TokenStore store;

  public Revocations(TokenStore store) {
    this.store = store;
  }

  /** Revokes one token; forgotten when every token of today has expired. */
  public void revokeToken(String jti, String why, Instant now) {
    var until = now.plus(store.settings().longestLife()).plusSeconds(24 * 3600);
    revoke(TOKEN, jti, until.toEpochMilli(), why);
  }

  /** Revokes every token, of today and later, of a subject with this measurement. */
  public void revokeMeasurement(String measurement, String why) {
    revoke(MEASUREMENT, measurement.toLowerCase(Locale.ROOT), Long.MAX_VALUE, why);
  }

  /** Believes a measurement again. */
  public void restoreMeasurement(String measurement) {
    int unused =
        store
            .database()
            .write(
                sql -> {
                  TokenState.changed(sql);
                  return sql.update(
                      "DELETE FROM token_revoked WHERE kind = ? AND value = ?",
                      MEASUREMENT,
                      measurement.toLowerCase(Locale.ROOT));
                });
    store.reload();
  }

  /** What is revoked, by kind and value, those after a kind and value (empty texts begin). */
  public List<Revocation> list(String afterKind, String afterValue, int limit) {
    return store
        .database()
        .read(
            sql ->
                sql.list(
                    "SELECT kind, value, until, why FROM token_revoked"
                        + " WHERE kind > ? OR kind = ? AND value > ?"
                        + " ORDER BY kind, value LIMIT ?",
                    row -> {
                      long until = row.number(3);
                      return new Revocation(
                          row.text(1),
                          row.text(2),
                          until == Long.MAX_VALUE
                              ? Optional.empty()
                              : Optional.of(Instant.ofEpochMilli(until)),
                          row.text(4));
                    },
                    afterKind,
                    afterKind,
                    afterValue,
                    Math.clamp(limit, 1, MAX_LISTED)));
  }

  private void revoke(String kind, String value, long until, String why) {
    int unused =
        store
            .database()
            .write(
                sql -> {
                  TokenState.changed(sql);
                  return sql.update(
                      "INSERT INTO token_revoked (kind, value, until, why) VALUES (?, ?, ?, ?)"
                          + " ON CONFLICT (kind, value) DO UPDATE SET until = excluded.until,"
                          + " why = excluded.why",
                      kind,
                      value,
                      until,
                      why);
                });
    store.reload();
  }

  /** Passes what is not revoked. */
  static Outcome<JsonObject> check(JsonObject claims, Set<String> revoked) {
    if (revoked.isEmpty()) return Outcome.granted(claims);
    String jti = claims.string("jti").orElse("");
    if (revoked.contains(TOKEN + ":" + jti)) return refused("the token " + TokenCode.shown(jti));
    for (String measurement : Measurements.of(claims))
      if (revoked.contains(MEASUREMENT + ":" + measurement))
        return refused("the measurement " + TokenCode.shown(measurement));
    return Outcome.granted(claims);
  }

  private static <T> Outcome<T> refused(String what) {
    return TokenCode.TOKEN_REVOKED.refused(
        "one that was not revoked", what + " revoked", "ask the owner why it was revoked");
  }
}
