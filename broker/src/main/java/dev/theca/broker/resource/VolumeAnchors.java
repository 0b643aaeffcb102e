package dev.theca.broker.resource;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Where attested agents keep the state of their volumes, so that a host cannot give them an older
 * one: compare-and-set, of which one of two racing agents loses and learns so. Does not protect
 * from whoever can write the broker's database.
 */
public final class VolumeAnchors {
  private static final int MAX_LISTED = 1000;
  private static final String KEY = " WHERE tenant = ? AND owner = ? AND volume = ?";

  private final Database database;
  private final Trail trail;
  private final AnchorLimits limits;
  private final InstantSource clock;

  public VolumeAnchors(Database database, Audit audit, AnchorLimits limits, InstantSource clock) {
    this.database = database;
    trail = new Trail(audit);
    this.limits = limits;
    this.clock = clock;
  }

  /** Where a volume stands; {@link Anchor#NEW} when it has no anchor. */
  public Outcome<Anchor> read(AnchorKey key) {
    if (!key.isValid()) return malformed();
    return Outcome.granted(database.read(sql -> find(sql, key)).orElse(Anchor.NEW));
  }

  /**
   * Moves an anchor from where the agent last saw it. Refuses with {@code anchor-moved} when it is
   * elsewhere, and with {@code anchor-not-growing} when the sequence would not grow.
   */
  public Outcome<Anchor> advance(AnchorKey key, Anchor expected, Anchor next, String actor) {
    if (!key.isValid()) return malformed();
    if (next.sequence() <= expected.sequence())
      return Outcome.refused(
          ResourceCode.ANCHOR_NOT_GROWING,
          "the new sequence of volume " + key.volume(),
          "more than " + expected.sequence(),
          Long.toString(next.sequence()),
          "write the volume's next state");
    return database.write(
        sql -> {
          var refusal =
              expected.equals(Anchor.NEW) ? create(sql, key, next) : move(sql, key, expected, next);
          if (refusal.isPresent()) return Outcome.refused(refusal.get());
          trail.changed(sql, "anchor", key.tenant(), actor, event(key, "advance", next));
          return Outcome.granted(next);
        });
  }

  private Optional<Refusal> create(Sql sql, AnchorKey key, Anchor next) throws SQLException {
    sql.lock("anchors/" + key.tenant());
    var there = find(sql, key);
    if (there.isPresent()) return Optional.of(moved(key, Anchor.NEW, there.get()));
    long ofOwner = count(sql, " WHERE tenant = ? AND owner = ?", key.tenant(), key.owner());
    if (ofOwner >= limits.perOwner())
      return Optional.of(tooMany("of this owner", limits.perOwner(), ofOwner));
    long ofTenant = count(sql, " WHERE tenant = ?", key.tenant());
    if (ofTenant >= limits.perTenant())
      return Optional.of(tooMany("of tenant " + key.tenant(), limits.perTenant(), ofTenant));
    sql.update(
        "INSERT INTO volume_anchor (tenant, owner, volume, sequence, chain, changed)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        key.tenant(),
        key.owner(),
        key.volume(),
        next.sequence(),
        next.chain(),
        clock.millis());
    return Optional.empty();
  }

  /** The condition stands in the statement: of two that run at once, one changes no row. */
  private Optional<Refusal> move(Sql sql, AnchorKey key, Anchor expected, Anchor next)
      throws SQLException {
    int moved =
        sql.update(
            "UPDATE volume_anchor SET sequence = ?, chain = ?, changed = ?"
                + KEY
                + " AND sequence = ? AND chain = ?",
            next.sequence(),
            next.chain(),
            clock.millis(),
            key.tenant(),
            key.owner(),
            key.volume(),
            expected.sequence(),
            expected.chain());
    if (moved == 1) return Optional.empty();
    return Optional.of(moved(key, expected, find(sql, key).orElse(Anchor.NEW)));
  }

  /**
   * Anchors of a tenant by owner and volume.
   *
   * @param owner of whom; empty text for all
   * @param afterOwner where the list goes on, with the volume; empty texts begin
   */
  public List<AnchorEntry> list(
      String tenant, String owner, String afterOwner, String afterVolume, int limit) {
    return database.read(
        sql ->
            sql.list(
                "SELECT owner, volume, sequence, chain, changed FROM volume_anchor"
                    + " WHERE tenant = ? AND (? = '' OR owner = ?)"
                    + " AND (owner > ? OR owner = ? AND volume > ?)"
                    + " ORDER BY owner, volume LIMIT ?",
                row ->
                    new AnchorEntry(
                        row.text(1),
                        row.text(2),
                        new Anchor(row.number(3), row.bytes(4)),
                        Instant.ofEpochMilli(row.number(5))),
                tenant,
                owner,
                owner,
                afterOwner,
                afterOwner,
                afterVolume,
                Math.clamp(limit, 1, MAX_LISTED)));
  }

  /** Forgets an anchor, for an administrator: the agent then takes any state for a new volume. */
  public Outcome<Anchor> delete(AnchorKey key, String actor) {
    if (!key.isValid()) return malformed();
    return database.write(
        sql -> {
          sql.lock("anchors/" + key.tenant());
          var there = find(sql, key);
          if (there.isEmpty())
            return Outcome.refused(
                ResourceCode.ANCHOR_MISSING,
                "volume " + key.volume(),
                "an anchor",
                "none",
                "correct tenant, owner or volume");
          sql.update("DELETE FROM volume_anchor" + KEY, key.tenant(), key.owner(), key.volume());
          trail.changed(sql, "anchor", key.tenant(), actor, event(key, "delete", there.get()));
          return Outcome.granted(there.get());
        });
  }

  private static Optional<Anchor> find(Sql sql, AnchorKey key) throws SQLException {
    return sql.one(
        "SELECT sequence, chain FROM volume_anchor" + KEY,
        row -> new Anchor(row.number(1), row.bytes(2)),
        key.tenant(),
        key.owner(),
        key.volume());
  }

  private static long count(Sql sql, String where, Object... values) throws SQLException {
    return sql.one("SELECT COUNT(*) FROM volume_anchor" + where, row -> row.number(1), values)
        .orElse(0L);
  }

  private static JsonObject event(AnchorKey key, String action, Anchor anchor) {
    return JsonObject.builder()
        .put("action", action)
        .put("owner", key.owner())
        .put("volume", key.volume())
        .put("anchor", anchor.toJson())
        .build();
  }

  private static Refusal moved(AnchorKey key, Anchor expected, Anchor there) {
    return new Refusal(
        ResourceCode.ANCHOR_MOVED,
        "the anchor of volume " + key.volume(),
        expected.toString(),
        there + (there.sequence() == expected.sequence() ? " of another chain" : ""),
        "do not use this state of the volume: it was rolled back, or another agent writes it");
  }

  private static Refusal tooMany(String whose, long limit, long there) {
    return new Refusal(
        ResourceCode.ANCHOR_QUOTA_EXCEEDED,
        "the number of anchors " + whose,
        "at most " + limit,
        there + " and one more",
        "let an administrator delete those that are not used any more");
  }

  private static <T> Outcome<T> malformed() {
    return Outcome.refused(
        ResourceCode.ANCHOR_MALFORMED,
        "anchor",
        "a tenant, an owner of printable characters and a volume of letters, digits and . _ -",
        "another",
        "correct the request");
  }
}
