package dev.theca.broker.resource;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * Adds versions. The number is part of what a value is sealed for, and sealing happens before the
 * transaction; if another writer takes the number meanwhile, it is done again with the next.
 */
final class VersionWriter {
  private static final int ATTEMPTS = 1000;

  private final Database database;
  private final Sealer sealer;
  private final Trail trail;
  private final Tenants tenants;
  private final ResourceLimits limits;

  VersionWriter(
      Database database, Sealer sealer, Trail trail, Tenants tenants, ResourceLimits limits) {
    this.database = database;
    this.sealer = sealer;
    this.trail = trail;
    this.tenants = tenants;
    this.limits = limits;
  }

  Outcome<VersionInfo> add(ResourcePath path, Draft draft, Instant now) {
    if (draft.value().sizeBytes() > limits.resourceBytes())
      return Outcome.refused(
          ResourceCode.RESOURCE_TOO_LARGE,
          path.text(),
          "at most " + limits.resourceBytes() + " bytes",
          draft.value().sizeBytes() + " bytes",
          "keep a key here, and what it encrypts elsewhere");
    for (int i = 0; i < ATTEMPTS; i++) {
      long last = database.read(sql -> lastVersion(sql, path));
      if (!draft.sees(last)) return moved(path, draft, last);
      byte[] sealed = draft.value().lend(bytes -> sealer.seal(path.context(last + 1), bytes));
      Optional<Outcome<VersionInfo>> done =
          database.write(sql -> add(sql, path, draft, last + 1, sealed, now));
      if (done.isPresent()) return done.get();
    }
    throw new IllegalStateException("other writers of " + path.text() + " never pause");
  }

  private static long lastVersion(Sql sql, ResourcePath path) throws SQLException {
    return ResourceRows.head(sql, path).map(ResourceRows.Head::lastVersion).orElse(0L);
  }

  /** Empty when another writer has taken the version's number. */
  private Optional<Outcome<VersionInfo>> add(
      Sql sql, ResourcePath path, Draft draft, long version, byte[] sealed, Instant now)
      throws SQLException {
    Tenants.lock(sql, path.tenant());
    var head = ResourceRows.head(sql, path);
    if (head.map(ResourceRows.Head::lastVersion).orElse(0L) != version - 1) return Optional.empty();
    if (head.isPresent() && head.get().recipe().isEmpty() == draft.recipe().isPresent())
      return Optional.of(otherKind(path, draft));
    long dropped = version - 1 - limits.oldVersions();
    var old = ResourceRows.weight(sql, path, dropped);
    var change =
        new Quota(
            head.isPresent() ? 0 : 1, draft.value().sizeBytes() - old.bytes(), 1 - old.versions());
    var refusal = tenants.count(sql, path.tenant(), change);
    if (refusal.isPresent()) return Optional.of(Outcome.refused(refusal.get()));
    ResourceRows.dropVersions(sql, path, dropped);
    ResourceRows.put(sql, path.tenant(), head(path, draft, version, now));
    var info = info(path, draft, version, now);
    ResourceRows.add(sql, info, sealed);
    trail.resource(sql, path, draft.actor(), draft.action(), version);
    return Optional.of(Outcome.granted(info));
  }

  private static ResourceRows.Head head(ResourcePath path, Draft draft, long version, Instant now) {
    return new ResourceRows.Head(
        path.text(),
        version,
        draft.recipe().map(Recipe::toString).orElse(""),
        draft.rotation().period().toMillis(),
        draft.rotation().lifetime().toMillis(),
        draft.rotatesMillis(now.toEpochMilli()));
  }

  private static VersionInfo info(ResourcePath path, Draft draft, long version, Instant now) {
    long expires = draft.expiresMillis(now.toEpochMilli());
    return new VersionInfo(
        path.text(),
        version,
        draft.value().sizeBytes(),
        Instant.ofEpochMilli(now.toEpochMilli()),
        expires == Expiry.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires)),
        false,
        draft.recipe(),
        draft.publicKey(),
        draft.actor());
  }

  private static Outcome<VersionInfo> moved(ResourcePath path, Draft draft, long last) {
    return Outcome.refused(
        ResourceCode.RESOURCE_VERSION_MOVED,
        "the newest version of " + path.text(),
        draft.options().seen() == 0 ? "none" : "version " + draft.options().seen(),
        last == 0 ? "none" : "version " + last,
        "look at it, and decide again");
  }

  private static Outcome<VersionInfo> otherKind(ResourcePath path, Draft draft) {
    return draft.recipe().isPresent()
        ? Outcome.refused(
            ResourceCode.RESOURCE_NOT_GENERATED,
            path.text(),
            "a generated resource, or none",
            "one that somebody put",
            "delete it first, or generate under another path")
        : Outcome.refused(
            ResourceCode.RESOURCE_GENERATED,
            path.text(),
            "a resource that somebody put, or none",
            "a generated one",
            "delete it first, or put under another path");
  }
}
