package dev.theca.broker.reference;

import dev.theca.broker.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Values in force, remembered while nothing changes: an appraisal asks for dozens. Another
 * replica's change is seen within half a second, one of this replica by every look-up that begins
 * after it. At most 10 000 names are remembered.
 */
final class ReferenceCache {
  private static final Duration FRESH = Duration.ofMillis(500);
  private static final int MAX_NAMES = 10_000;

  /** What was asked for during one generation, found or not. */
  private record View(
      long generation, Instant checked, Map<String, Optional<ReferenceVersion>> found) {}

  /** What one visit of the database told: the generation comes first, so it is never too young. */
  private record Visit(long generation, Optional<ReferenceVersion> found) {}

  private final Database database;
  private final AtomicReference<View> view = new AtomicReference<>(nothing());

  ReferenceCache(Database database) {
    this.database = database;
  }

  private static View nothing() {
    return new View(-1, Instant.MIN, new ConcurrentHashMap<>());
  }

  /** A change was committed here. */
  void changed() {
    view.set(nothing());
  }

  int remembered() {
    return Objects.requireNonNull(view.get()).found.size();
  }

  Optional<ReferenceVersion> find(String name, Instant now) {
    var seen = Objects.requireNonNull(view.get());
    boolean fresh = Duration.between(seen.checked, now).abs().compareTo(FRESH) < 0;
    if (fresh) {
      var there = seen.found.get(name);
      if (there != null) return there;
    } else {
      long generation = database.read(ReferenceTable::generation);
      if (generation == seen.generation) {
        boolean unused = view.compareAndSet(seen, new View(generation, now, seen.found));
        var there = seen.found.get(name);
        if (there != null) return there;
      }
    }
    return visit(name, now);
  }

  private Optional<ReferenceVersion> visit(String name, Instant now) {
    var before = Objects.requireNonNull(view.get());
    var told =
        database.read(
            sql -> new Visit(ReferenceTable.generation(sql), ReferenceTable.current(sql, name)));
    var target = before;
    if (told.generation != before.generation || before.found.size() >= MAX_NAMES) {
      target = new View(told.generation, now, new ConcurrentHashMap<>());
      if (!view.compareAndSet(before, target)) return told.found;
    }
    target.found.put(name, told.found);
    return told.found;
  }
}
