package dev.theca.broker.policy;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * The policies, every text of each kept as a version. A text that does not compile is not kept, and
 * each change stands in the audit trail. Replicas on one database see a change within a second; the
 * one that made it sees it at once. Where nothing is stored, the text that came with the broker is
 * in force, so that an upgrade refreshes it. Safe for many threads.
 *
 * @throws dev.theca.broker.store.StoreDown from every call while the database cannot be reached: no
 *     decision is made by policies that may be stale
 */
public final class PolicyStore implements PolicySource {
  private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

  private final Database database;
  private final Audit audit;
  private final LongSupplier nanos;
  private final CompiledPolicies compiled = new CompiledPolicies();
  private volatile Heads heads = new Heads(-1, 0, Map.of());

  /** The newest version of each policy that is not removed, as of an edition. */
  private record Heads(long edition, long seen, Map<PolicyId, Head> all) {}

  private record Head(long number, String sha256) {}

  /** Policies of this database. */
  @SuppressWarnings("exports") // the module exports this package for its engines alone
  public PolicyStore(Database database, Audit audit) {
    this(database, audit, System::nanoTime);
  }

  PolicyStore(Database database, Audit audit, LongSupplier nanos) {
    this.database = database;
    this.audit = audit;
    this.nanos = nanos;
  }

  /** Keeps a text as the newest version; refuses one that does not compile, with the places. */
  public Outcome<PolicyVersion> put(PolicyId id, String text, String author, Instant now) {
    return PolicyCompiler.compile(id, text)
        .map(made -> write(id, text, made.syntax(), author, now, "policy-put"));
  }

  /** Makes an earlier text the newest version again; 0 is the text that came with the broker. */
  public Outcome<PolicyVersion> rollback(PolicyId id, long number, String author, Instant now) {
    var old = get(id, number);
    if (old.isEmpty() || old.get().version().removed())
      return Outcome.refused(
          PolicyCode.POLICY_VERSION_UNKNOWN,
          "version of the policy " + id,
          "one that it had",
          number + "",
          "see the list of its versions");
    return PolicyCompiler.compile(id, old.get().text())
        .map(made -> write(id, made.text(), made.syntax(), author, now, "policy-rollback"));
  }

  /** Takes a policy away: the text that came with the broker is in force again, or none. */
  public Outcome<PolicyVersion> remove(PolicyId id, String author, Instant now) {
    look(true);
    if (!heads.all.containsKey(id)) return unknown(id);
    return Outcome.granted(write(id, "", "", author, now, "policy-remove"));
  }

  private static <T> Outcome<T> unknown(PolicyId id) {
    return Outcome.refused(
        PolicyCode.POLICY_UNKNOWN,
        "policy",
        "a stored one",
        id + "",
        "see the list of policies, or store one of this name");
  }

  private PolicyVersion write(
      PolicyId id, String text, String syntax, String author, Instant now, String event) {
    var made =
        database.write(
            sql -> {
              sql.lock("policy");
              long number = last(sql, id) + 1;
              var version =
                  new PolicyVersion(
                      id, number, Sha256.of(text), syntax, author, now, text.isEmpty());
              sql.update(
                  "INSERT INTO policy_version (kind, name, version, sha256, syntax, body, author,"
                      + " written, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  id.kind().word(),
                  id.name(),
                  number,
                  version.sha256(),
                  syntax,
                  text,
                  author,
                  now.toEpochMilli(),
                  version.removed() ? 1 : 0);
              sql.update("UPDATE policy_edition SET edition = edition + 1 WHERE id = 1");
              String tenant = id.kind() == PolicyId.Kind.TENANT ? id.name() : "";
              audit.append(sql, new Event(event, "granted", tenant, author, version.json()));
              return version;
            });
    look(true);
    return made;
  }

  private static long last(Sql sql, PolicyId id) throws SQLException {
    return sql.one(
            "SELECT MAX(version) FROM policy_version WHERE kind = ? AND name = ?",
            row -> row.number(1),
            id.kind().word(),
            id.name())
        .orElse(0L);
  }

  /** The text in force. */
  public Optional<PolicyText> get(PolicyId id) {
    look(false);
    var head = heads.all.get(id);
    return head == null ? BuiltinPolicies.find(id) : get(id, head.number);
  }

  /** The text of one version. */
  public Optional<PolicyText> get(PolicyId id, long number) {
    if (number == 0) return BuiltinPolicies.find(id);
    return database.read(
        sql ->
            sql.one(
                "SELECT version, sha256, syntax, author, written, removed, body FROM policy_version"
                    + " WHERE kind = ? AND name = ? AND version = ?",
                row -> new PolicyText(version(id, row), row.text(7)),
                id.kind().word(),
                id.name(),
                number));
  }

  private static PolicyVersion version(PolicyId id, dev.theca.broker.store.Row row)
      throws SQLException {
    return new PolicyVersion(
        id,
        row.number(1),
        row.text(2),
        row.text(3),
        row.text(4),
        Instant.ofEpochMilli(row.number(5)),
        row.number(6) != 0);
  }

  /** All versions of a policy, the newest first; last the one that came with the broker. */
  public List<PolicyVersion> versions(PolicyId id) {
    var all =
        new ArrayList<>(
            database.read(
                sql ->
                    sql.list(
                        "SELECT version, sha256, syntax, author, written, removed"
                            + " FROM policy_version WHERE kind = ? AND name = ?"
                            + " ORDER BY version DESC",
                        row -> version(id, row),
                        id.kind().word(),
                        id.name())));
    BuiltinPolicies.find(id).ifPresent(builtin -> all.add(builtin.version()));
    return List.copyOf(all);
  }

  /** The policies that are in force, by name. */
  public List<PolicyId> ids() {
    look(false);
    var all = new TreeSet<>(heads.all.keySet());
    all.addAll(BuiltinPolicies.ids());
    return List.copyOf(all);
  }

  @Override
  public Optional<PolicyInForce> inForce(PolicyId id) {
    look(false);
    var head = heads.all.get(id);
    if (head == null)
      return BuiltinPolicies.find(id)
          .map(text -> ready(id, 0, text.version().sha256(), text.text()));
    var known = compiled.find(id, head.sha256);
    if (known.isPresent())
      return Optional.of(new PolicyInForce(id, head.number, head.sha256, known.get()));
    var text = get(id, head.number).orElseThrow();
    return Optional.of(ready(id, head.number, head.sha256, text.text()));
  }

  private PolicyInForce ready(PolicyId id, long number, String sha256, String text) {
    return switch (compiled.of(id, sha256, text)) {
      case Outcome.Granted<CompiledPolicy>(var made) -> new PolicyInForce(id, number, sha256, made);
      case Outcome.Refused<CompiledPolicy>(var reasons) ->
          throw new IllegalStateException(
              "version " + number + " of " + id + " compiled once: " + reasons.getFirst());
    };
  }

  /** Reads the newest versions when another replica may have changed them. */
  private void look(boolean atOnce) {
    var known = heads;
    long now = nanos.getAsLong();
    if (!atOnce && known.edition >= 0 && now - known.seen < LOOK_AGAIN_NANOS) return;
    var read =
        database.read(
            sql -> {
              long edition =
                  sql.one("SELECT edition FROM policy_edition WHERE id = 1", row -> row.number(1))
                      .orElseThrow();
              return new Heads(edition, now, edition == known.edition ? known.all : newest(sql));
            });
    synchronized (this) {
      if (read.edition >= heads.edition) heads = read;
    }
  }

  private static Map<PolicyId, Head> newest(Sql sql) throws SQLException {
    var all = new HashMap<PolicyId, Head>();
    var kinds = new HashMap<String, PolicyId.Kind>();
    for (var kind : PolicyId.Kind.values()) kinds.put(kind.word(), kind);
    List<Integer> unused =
        sql.list(
            "SELECT v.kind, v.name, v.version, v.sha256, v.removed FROM policy_version v JOIN"
                + " (SELECT kind, name, MAX(version) AS newest FROM policy_version"
                + " GROUP BY kind, name) n"
                + " ON v.kind = n.kind AND v.name = n.name AND v.version = n.newest",
            row -> {
              var kind = kinds.get(row.text(1));
              if (kind != null && row.number(5) == 0)
                all.put(new PolicyId(kind, row.text(2)), new Head(row.number(3), row.text(4)));
              return 0;
            });
    return Map.copyOf(all);
  }
}
