package dev.theca.broker.resource;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The secrets of tenants: sealed, in versions, with an end, within quotas. Every change is in the
 * audit trail or was not made. Refusals are not recorded here: whoever answers the caller does
 * that, and it also decides who may call what - with one exception: no call gives a generated value
 * to an administrator.
 *
 * <p>Where replicas share the database nothing is cached: a read is one look-up by primary key, so
 * that what one replica revokes no other gives. Where this store alone writes to it, values that
 * were given lately are kept, sealed, until they are changed.
 */
public final class ResourceStore {
  private static final int MAX_LISTED = 1000;

  private final Database database;
  private final Trail trail;
  private final Tenants tenants;
  private final InstantSource clock;
  private final VersionWriter writer;
  private final Endings endings;
  private final SealedCache cache;
  private final ResourceReader reader;
  private final Generator generator = new Generator();

  /** A store over a database that holds nothing but sealed values. */
  public ResourceStore(
      Database database, Sealer sealer, Audit audit, ResourceLimits limits, InstantSource clock) {
    this(database, sealer, audit, limits, clock, 0);
  }

  /**
   * @param cachedBytes of sealed values to keep in memory; 0 where anything else, in this process
   *     or another, writes resources to the database
   */
  public ResourceStore(
      Database database,
      Sealer sealer,
      Audit audit,
      ResourceLimits limits,
      InstantSource clock,
      long cachedBytes) {
    this.cache = new SealedCache(cachedBytes);
    this.reader = new ResourceReader(database, sealer, cache, clock);
    this.database = database;
    this.clock = clock;
    trail = new Trail(audit);
    tenants = new Tenants(database, audit, limits.quota());
    writer = new VersionWriter(database, sealer, trail, tenants, limits);
    endings = new Endings(database, trail, tenants);
  }

  /** Usage and quotas. */
  public Tenants tenants() {
    return tenants;
  }

  /** The newest version that is neither revoked nor expired; for attested workloads. */
  public Outcome<ResourceValue> get(String path) {
    return ResourcePath.parse(path).then(reader::newest);
  }

  /** One version; for attested workloads. */
  public Outcome<ResourceValue> get(String path, long version) {
    return ResourcePath.parse(path).then(checked -> reader.numbered(checked, version));
  }

  /** A version's value for an administrator: never a generated one. Recorded before it is given. */
  public Outcome<ResourceValue> reveal(String path, long version, String actor) {
    return ResourcePath.parse(path)
        .then(
            checked ->
                reader
                    .info(checked, version)
                    .then(
                        info ->
                            info.generated()
                                ? Outcome.refused(
                                    ResourceCode.RESOURCE_GENERATED,
                                    path,
                                    "a resource that somebody put",
                                    "a generated one, which no human sees",
                                    "attest a workload that may use it")
                                : revealed(checked, version, actor)));
  }

  private Outcome<ResourceValue> revealed(ResourcePath path, long version, String actor) {
    return reader
        .numbered(path, version)
        .map(
            value -> {
              int unused =
                  database.write(
                      sql -> {
                        trail.resource(sql, path, actor, "reveal", version);
                        return 0;
                      });
              return value;
            });
  }

  /** Adds a version of a value that the caller closes. */
  public Outcome<VersionInfo> put(String path, Secret value, PutOptions options, String actor) {
    return ResourcePath.parse(path)
        .then(
            checked ->
                add(
                    checked,
                    new Draft(value, Optional.empty(), "", Rotation.NEVER, options, "put", actor)));
  }

  /**
   * Makes a resource that no human sees, or its next version by a new recipe. Its private part is
   * given to attested workloads only.
   */
  public Outcome<VersionInfo> generate(
      String path, Recipe recipe, Rotation rotation, PutOptions options, String actor) {
    if (!rotation.isValid())
      return malformed("rotation", "a period of at least 1 ms, and a longer lifetime or none");
    return ResourcePath.parse(path)
        .then(
            checked -> {
              try (var made = generator.make(recipe)) {
                return add(
                    checked,
                    new Draft(
                        made.value(),
                        Optional.of(recipe),
                        made.publicPart(),
                        rotation,
                        options,
                        "generate",
                        actor));
              }
            });
  }

  /** Makes the next version of a generated resource now. */
  public Outcome<VersionInfo> rotate(String path, String actor) {
    return ResourcePath.parse(path)
        .then(
            checked -> {
              var head = database.read(sql -> ResourceRows.head(sql, checked));
              return head.isEmpty()
                  ? ResourceReader.missing(checked)
                  : next(head.get(), actor, clock.instant());
            });
  }

  /** The next version, unless somebody has made it since {@code head} was read. */
  Outcome<VersionInfo> next(ResourceRows.Head head, String actor, Instant now) {
    var path = new ResourcePath(head.path());
    var recipe = head.info().recipe();
    if (recipe.isEmpty())
      return Outcome.refused(
          ResourceCode.RESOURCE_NOT_GENERATED,
          path.text(),
          "a generated resource",
          "one that somebody put",
          "put its next version");
    var rotation =
        new Rotation(
            java.time.Duration.ofMillis(head.period()),
            java.time.Duration.ofMillis(head.lifetime()));
    var options = PutOptions.DEFAULT.ifVersion(head.lastVersion());
    try (var made = generator.make(recipe.get())) {
      var draft =
          new Draft(made.value(), recipe, made.publicPart(), rotation, options, "rotate", actor);
      return changed(path, () -> writer.add(path, draft, now));
    }
  }

  /**
   * Makes the versions that are due. To be called by a leader every minute or so; harmless when two
   * call it.
   */
  public Swept sweep(Instant now) {
    return new Sweep(database, this).run(now);
  }

  private Outcome<VersionInfo> add(ResourcePath path, Draft draft) {
    var now = clock.instant();
    if (Expiry.over(draft.options().expiresMillis(), now))
      return malformed("expiry", "a time to come");
    return changed(path, () -> writer.add(path, draft, now));
  }

  /** After an exception nobody knows whether the change is made, or will be. */
  private <T> T changed(ResourcePath path, Supplier<T> change) {
    cache.begin(path);
    T outcome = change.get();
    cache.end(path);
    return outcome;
  }

  private static <T> Outcome<T> malformed(String what, String expected) {
    return Outcome.refused(
        ResourceCode.RESOURCE_OPTIONS_MALFORMED, what, expected, "another", "correct the request");
  }

  /** All versions that are kept, oldest first; never values. */
  public Outcome<List<VersionInfo>> versions(String path) {
    return ResourcePath.parse(path)
        .then(
            checked -> {
              var all = database.read(sql -> ResourceRows.versions(sql, checked));
              return all.isEmpty() ? ResourceReader.missing(checked) : Outcome.granted(all);
            });
  }

  /** Resources of a tenant by path, those after {@code after} (exclusive; empty text begins). */
  public List<ResourceInfo> list(String tenant, String after, int limit) {
    int bounded = Math.clamp(limit, 1, MAX_LISTED);
    return database.read(sql -> ResourceRows.heads(sql, tenant, after, bounded)).stream()
        .map(ResourceRows.Head::info)
        .toList();
  }

  /** Deletes a resource with all its versions; how many they were. */
  public Outcome<Long> delete(String path, String actor) {
    return ResourcePath.parse(path)
        .then(checked -> changed(checked, () -> endings.delete(checked, actor)));
  }

  /** Takes a version back: it is not given again, and still counts until it is deleted. */
  public Outcome<VersionInfo> revoke(String path, long version, String actor) {
    return ResourcePath.parse(path)
        .then(checked -> changed(checked, () -> endings.revoke(checked, version, actor)));
  }

  /** Sets the end of a version. */
  public Outcome<VersionInfo> expire(String path, long version, Instant at, String actor) {
    if (at.toEpochMilli() <= 0) return malformed("expiry", "a time after 1970");
    return ResourcePath.parse(path)
        .then(checked -> changed(checked, () -> endings.expire(checked, version, at, actor)));
  }
}
