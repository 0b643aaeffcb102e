package dev.theca.broker.resource;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Looks versions up and opens them: what is revoked or expired is refused, from the cache as from
 * the database. Who may ask is decided elsewhere.
 */
final class ResourceReader {
  private final Database database;
  private final Sealer sealer;
  private final SealedCache cache;
  private final InstantSource clock;

  ResourceReader(Database database, Sealer sealer, SealedCache cache, InstantSource clock) {
    this.database = database;
    this.sealer = sealer;
    this.cache = cache;
    this.clock = clock;
  }

  /** The newest version that may be given. */
  Outcome<ResourceValue> newest(ResourcePath path) {
    var now = clock.instant();
    var known = cache.find(path, now);
    if (known.isPresent()) return Outcome.granted(opened(path, known.get()));
    long before = cache.changes();
    var found = database.read(sql -> ResourceRows.available(sql, path, now));
    if (found.isPresent()) {
      cache.put(path, found.get(), before);
      return Outcome.granted(opened(path, found.get()));
    }
    var last = database.read(sql -> ResourceRows.newest(sql, path));
    return last.isEmpty() ? missing(path) : withheld(last.get());
  }

  /** One version, if it may be given. */
  Outcome<ResourceValue> numbered(ResourcePath path, long version) {
    var found = database.read(sql -> ResourceRows.stored(sql, path, version));
    if (found.isEmpty()) return missing(path);
    var info = found.get().info();
    return info.available(clock.instant())
        ? Outcome.granted(opened(path, found.get()))
        : withheld(info);
  }

  private ResourceValue opened(ResourcePath path, ResourceRows.Stored stored) {
    return new ResourceValue(
        stored.info(), sealer.open(path.context(stored.info().version()), stored.sealed()));
  }

  private static <T> Outcome<T> withheld(VersionInfo info) {
    return info.revoked()
        ? Outcome.refused(
            ResourceCode.RESOURCE_REVOKED,
            info.path() + " version " + info.version(),
            "an enabled version",
            "revoked",
            "put a new version")
        : Outcome.refused(
            ResourceCode.RESOURCE_EXPIRED,
            info.path() + " version " + info.version(),
            "a version whose time is not over",
            "expired at " + info.expires().map(Instant::toString).orElse("no time"),
            "put a new version");
  }

  static <T> Outcome<T> missing(ResourcePath path) {
    return Outcome.refused(
        ResourceCode.RESOURCE_MISSING,
        "kbs:///" + path.text(),
        "a resource",
        "none, or no such version",
        "put it, or correct the path");
  }

  /** What is known of a version, given or not. */
  Outcome<VersionInfo> info(ResourcePath path, long version) {
    return database
        .read(sql -> ResourceRows.stored(sql, path, version))
        .<Outcome<VersionInfo>>map(row -> Outcome.granted(row.info()))
        .orElseGet(() -> missing(path));
  }
}
