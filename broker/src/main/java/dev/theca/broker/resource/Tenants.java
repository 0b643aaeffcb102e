package dev.theca.broker.resource;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Row;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What tenants may keep and do keep. Usage is counted in the transaction that changes it, under a
 * lock of the tenant: it is exact whatever runs at the same time, in any replica.
 */
public final class Tenants {
  private static final int MAX_LISTED = 1000;

  private final Database database;
  private final Trail trail;
  private final Quota standard;

  /** Tenants of a database, with the quota of those that have none of their own. */
  public Tenants(Database database, Audit audit, Quota standard) {
    this.database = database;
    trail = new Trail(audit);
    this.standard = standard;
  }

  /** What a tenant may keep. */
  public Quota quota(String tenant) {
    return database.read(sql -> quota(sql, tenant));
  }

  /** What a tenant keeps. */
  public Quota usage(String tenant) {
    return database.read(sql -> usage(sql, tenant));
  }

  /**
   * Tenants that keep something or were given a quota, by name, those after {@code after}
   * (exclusive; empty text begins).
   */
  public List<TenantInfo> list(String after, int limit) {
    return database.read(
        sql ->
            sql.list(
                "SELECT t.tenant, COALESCE(u.resources, 0), COALESCE(u.bytes, 0),"
                    + " COALESCE(u.versions, 0), COALESCE(q.resources, -1),"
                    + " COALESCE(q.bytes, -1), COALESCE(q.versions, -1) FROM (SELECT tenant FROM tenant_usage"
                    + " UNION SELECT tenant FROM tenant_quota) t"
                    + " LEFT JOIN tenant_usage u ON u.tenant = t.tenant"
                    + " LEFT JOIN tenant_quota q ON q.tenant = t.tenant"
                    + " WHERE t.tenant > ? ORDER BY t.tenant LIMIT ?",
                row -> {
                  var own = read(row, 5);
                  return new TenantInfo(row.text(1), read(row, 2), own.isValid() ? own : standard);
                },
                after,
                Math.clamp(limit, 1, MAX_LISTED)));
  }

  /** Sets what a tenant may keep; less than it keeps stops further writes and deletes nothing. */
  public Outcome<Quota> setQuota(String tenant, Quota quota, String actor) {
    if (!ResourcePath.isTenant(tenant) || !quota.isValid())
      return Outcome.refused(
          ResourceCode.QUOTA_MALFORMED,
          "quota",
          "a tenant's name and three numbers that are not negative",
          "another",
          "correct the request");
    return database.write(
        sql -> {
          lock(sql, tenant);
          upsert(sql, "tenant_quota", tenant, quota);
          trail.changed(sql, "resource", tenant, actor, event(quota));
          return Outcome.granted(quota);
        });
  }

  private static JsonObject event(Quota quota) {
    return JsonObject.builder()
        .put("action", "quota")
        .put("resources", quota.resources())
        .put("bytes", quota.bytes())
        .put("versions", quota.versions())
        .build();
  }

  /** Waits for other writers of the tenant. */
  static void lock(Sql sql, String tenant) throws SQLException {
    sql.lock("tenant/" + tenant);
  }

  /** Counts a change in, or says why it may not be made. The tenant is locked. */
  Optional<Refusal> count(Sql sql, String tenant, Quota change) throws SQLException {
    var after = usage(sql, tenant).plus(change);
    var quota = quota(sql, tenant);
    boolean beyond =
        grows(change.resources(), after.resources(), quota.resources())
            || grows(change.bytes(), after.bytes(), quota.bytes())
            || grows(change.versions(), after.versions(), quota.versions());
    if (beyond) return Optional.of(refusal(tenant, quota, after));
    if (after.equals(Quota.NONE)) sql.update("DELETE FROM tenant_usage WHERE tenant = ?", tenant);
    else upsert(sql, "tenant_usage", tenant, after);
    return Optional.empty();
  }

  private static boolean grows(long change, long after, long limit) {
    return change > 0 && after > limit;
  }

  private static Refusal refusal(String tenant, Quota quota, Quota after) {
    return new Refusal(
        ResourceCode.QUOTA_EXCEEDED,
        "what tenant '" + tenant + "' would keep",
        "at most " + figures(quota),
        figures(after),
        "delete what is not needed, or ask an administrator for a larger quota");
  }

  private static String figures(Quota quota) {
    return quota.resources()
        + " resources, "
        + quota.bytes()
        + " bytes, "
        + quota.versions()
        + " versions";
  }

  private Quota quota(Sql sql, String tenant) throws SQLException {
    return find(sql, "tenant_quota", tenant).orElse(standard);
  }

  private static Quota usage(Sql sql, String tenant) throws SQLException {
    return find(sql, "tenant_usage", tenant).orElse(Quota.NONE);
  }

  private static Optional<Quota> find(Sql sql, String table, String tenant) throws SQLException {
    return sql.one(
        "SELECT resources, bytes, versions FROM " + table + " WHERE tenant = ?",
        row -> read(row, 1),
        tenant);
  }

  private static Quota read(Row row, int from) throws SQLException {
    return new Quota(row.number(from), row.number(from + 1), row.number(from + 2));
  }

  private static void upsert(Sql sql, String table, String tenant, Quota value)
      throws SQLException {
    sql.update(
        "INSERT INTO "
            + table
            + " (tenant, resources, bytes, versions) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (tenant) DO UPDATE SET resources = excluded.resources,"
            + " bytes = excluded.bytes, versions = excluded.versions",
        tenant,
        value.resources(),
        value.bytes(),
        value.versions());
  }
}
