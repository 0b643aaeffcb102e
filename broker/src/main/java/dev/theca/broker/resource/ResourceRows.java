package dev.theca.broker.resource;

import dev.theca.broker.store.Row;
import dev.theca.broker.store.Sql;
import dev.theca.wire.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The tables of resources and their versions. */
final class ResourceRows {
  private static final String INFO =
      "version, size_bytes, created, expires, revoked, recipe, public_part, actor";
  private static final String AVAILABLE = "revoked = 0 AND (expires = 0 OR expires > ?)";

  private ResourceRows() {}

  /** A resource without its versions; an empty recipe says that versions are put. */
  record Head(
      String path, long lastVersion, String recipe, long period, long lifetime, long rotates) {
    ResourceInfo info() {
      return new ResourceInfo(
          path,
          lastVersion,
          recipe.isEmpty() ? Optional.empty() : Optional.of(Recipe.parse(recipe).orThrow()),
          rotates == Expiry.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(rotates)));
    }
  }

  /** A version with its sealed value. */
  record Stored(VersionInfo info, byte[] sealed) {}

  static Optional<Head> head(Sql sql, ResourcePath path) throws SQLException {
    return sql.one(HEAD + "WHERE path = ?", ResourceRows::head, path.text());
  }

  private static final String HEAD =
      "SELECT path, last_version, recipe, period, lifetime, rotates FROM resource ";

  private static Head head(Row row) throws SQLException {
    return new Head(
        row.text(1), row.number(2), row.text(3), row.number(4), row.number(5), row.number(6));
  }

  static List<Head> heads(Sql sql, String tenant, String after, int limit) throws SQLException {
    return sql.list(
        HEAD + "WHERE tenant = ? AND path > ? ORDER BY path LIMIT ?",
        ResourceRows::head,
        tenant,
        after,
        limit);
  }

  /** Resources whose next version is due, the longest overdue first. */
  static List<Head> due(Sql sql, long now, Head after, int limit) throws SQLException {
    return sql.list(
        HEAD
            + "WHERE rotates > 0 AND rotates <= ?"
            + " AND (rotates > ? OR (rotates = ? AND path > ?)) ORDER BY rotates, path LIMIT ?",
        ResourceRows::head,
        now,
        after.rotates(),
        after.rotates(),
        after.path(),
        limit);
  }

  static void put(Sql sql, String tenant, Head head) throws SQLException {
    sql.update(
        "INSERT INTO resource (path, tenant, last_version, recipe, period, lifetime, rotates)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET"
            + " last_version = excluded.last_version, recipe = excluded.recipe,"
            + " period = excluded.period, lifetime = excluded.lifetime,"
            + " rotates = excluded.rotates",
        head.path(),
        tenant,
        head.lastVersion(),
        head.recipe(),
        head.period(),
        head.lifetime(),
        head.rotates());
  }

  static void add(Sql sql, VersionInfo info, byte[] sealed) throws SQLException {
    sql.update(
        "INSERT INTO resource_version (path, sealed, "
            + INFO
            + ") VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
        info.path(),
        sealed,
        info.version(),
        info.sizeBytes(),
        info.created().toEpochMilli(),
        info.expires().map(Instant::toEpochMilli).orElse(Expiry.NEVER),
        info.recipe().map(Recipe::toString).orElse(""),
        info.publicKey().map(Json::text).orElse(""),
        info.actor());
  }

  /** The newest version that is given now. */
  static Optional<Stored> available(Sql sql, ResourcePath path, Instant now) throws SQLException {
    return sql.one(
        "SELECT "
            + INFO
            + ", sealed FROM resource_version WHERE path = ? AND "
            + AVAILABLE
            + " ORDER BY version DESC LIMIT 1",
        row -> new Stored(info(path, row), row.bytes(9)),
        path.text(),
        now.toEpochMilli());
  }

  static Optional<Stored> stored(Sql sql, ResourcePath path, long version) throws SQLException {
    return sql.one(
        "SELECT " + INFO + ", sealed FROM resource_version WHERE path = ? AND version = ?",
        row -> new Stored(info(path, row), row.bytes(9)),
        path.text(),
        version);
  }

  static Optional<VersionInfo> newest(Sql sql, ResourcePath path) throws SQLException {
    return sql.one(
        "SELECT " + INFO + " FROM resource_version WHERE path = ? ORDER BY version DESC LIMIT 1",
        row -> info(path, row),
        path.text());
  }

  static List<VersionInfo> versions(Sql sql, ResourcePath path) throws SQLException {
    return sql.list(
        "SELECT " + INFO + " FROM resource_version WHERE path = ? ORDER BY version",
        row -> info(path, row),
        path.text());
  }

  private static VersionInfo info(ResourcePath path, Row row) throws SQLException {
    String recipe = row.text(6);
    String key = row.text(7);
    return new VersionInfo(
        path.text(),
        row.number(1),
        row.number(2),
        Instant.ofEpochMilli(row.number(3)),
        row.number(4) == Expiry.NEVER
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(row.number(4))),
        row.number(5) != 0,
        recipe.isEmpty() ? Optional.empty() : Optional.of(Recipe.parse(recipe).orThrow()),
        key.isEmpty()
            ? Optional.empty()
            : Optional.of(Json.object(key.getBytes(StandardCharsets.UTF_8)).orThrow()),
        row.text(8));
  }

  /** What versions up to one take, as a change of usage. */
  static Quota weight(Sql sql, ResourcePath path, long upTo) throws SQLException {
    return sql.one(
            "SELECT COUNT(*), COALESCE(SUM(size_bytes), 0) FROM resource_version"
                + " WHERE path = ? AND version <= ?",
            row -> new Quota(0, row.number(2), row.number(1)),
            path.text(),
            upTo)
        .orElse(Quota.NONE);
  }

  static void dropVersions(Sql sql, ResourcePath path, long upTo) throws SQLException {
    sql.update("DELETE FROM resource_version WHERE path = ? AND version <= ?", path.text(), upTo);
  }

  static void dropHead(Sql sql, ResourcePath path) throws SQLException {
    sql.update("DELETE FROM resource WHERE path = ?", path.text());
  }

  static void revoke(Sql sql, ResourcePath path, long version) throws SQLException {
    sql.update(
        "UPDATE resource_version SET revoked = 1 WHERE path = ? AND version = ?",
        path.text(),
        version);
  }

  static void expire(Sql sql, ResourcePath path, long version, Instant at) throws SQLException {
    sql.update(
        "UPDATE resource_version SET expires = ? WHERE path = ? AND version = ?",
        at.toEpochMilli(),
        path.text(),
        version);
  }
}
