package dev.theca.broker.resource;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import java.sql.SQLException;
import java.time.Instant;

/** How versions end, each in one transaction with its record: revoked, expired, deleted. */
final class Endings {
  private final Database database;
  private final Trail trail;
  private final Tenants tenants;

  Endings(Database database, Trail trail, Tenants tenants) {
    this.database = database;
    this.trail = trail;
    this.tenants = tenants;
  }

  /** A change of one version's row. */
  private interface Change {
    void make(Sql sql) throws SQLException;
  }

  Outcome<VersionInfo> revoke(ResourcePath path, long version, String actor) {
    return database.write(
        sql ->
            change(
                sql,
                path,
                version,
                actor,
                "revoke",
                inside -> ResourceRows.revoke(inside, path, version)));
  }

  Outcome<VersionInfo> expire(ResourcePath path, long version, Instant at, String actor) {
    return database.write(
        sql ->
            change(
                sql,
                path,
                version,
                actor,
                "expire",
                inside -> ResourceRows.expire(inside, path, version, at)));
  }

  private Outcome<VersionInfo> change(
      Sql sql, ResourcePath path, long version, String actor, String action, Change change)
      throws SQLException {
    Tenants.lock(sql, path.tenant());
    if (ResourceRows.stored(sql, path, version).isEmpty()) return ResourceReader.missing(path);
    change.make(sql);
    trail.resource(sql, path, actor, action, version);
    return ResourceRows.stored(sql, path, version)
        .<Outcome<VersionInfo>>map(row -> Outcome.granted(row.info()))
        .orElseGet(() -> ResourceReader.missing(path));
  }

  /** A resource with all its versions; how many they were. */
  Outcome<Long> delete(ResourcePath path, String actor) {
    return database.write(sql -> delete(sql, path, actor));
  }

  private Outcome<Long> delete(Sql sql, ResourcePath path, String actor) throws SQLException {
    Tenants.lock(sql, path.tenant());
    if (ResourceRows.head(sql, path).isEmpty()) return ResourceReader.missing(path);
    var weight = ResourceRows.weight(sql, path, Long.MAX_VALUE);
    ResourceRows.dropVersions(sql, path, Long.MAX_VALUE);
    ResourceRows.dropHead(sql, path);
    tenants
        .count(sql, path.tenant(), new Quota(-1, -weight.bytes(), -weight.versions()))
        .ifPresent(
            refusal -> {
              throw new IllegalStateException("deleting exceeds a quota: " + refusal);
            });
    trail.resource(sql, path, actor, "delete", 0);
    return Outcome.granted(weight.versions());
  }
}
