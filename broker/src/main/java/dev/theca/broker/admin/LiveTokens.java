package dev.theca.broker.admin;

import dev.theca.broker.admin.ApiTokenTable.Stored;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.StoreDown;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The API tokens that were not revoked, read whole (at most 1000 are valid) when what is known is
 * half a second old. So an id that does not exist costs no query of its own, and a token that
 * another replica revoked is refused within a second.
 */
final class LiveTokens {
  private static final Duration FRESH = Duration.ofMillis(500);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Tokens by id, as they were at a time. */
  private record View(Map<String, Stored> tokens, Instant read) {}

  private final Database database;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicReference<View> view = new AtomicReference<>(nothing());

  LiveTokens(Database database) {
    this.database = database;
  }

  private static View nothing() {
    return new View(new HashMap<>(), Instant.MIN);
  }

  /** A change that was committed is seen by every look-up that begins after this. */
  void changed() {
    view.set(nothing());
  }

  Optional<Stored> find(String id, Instant now) {
    return Optional.ofNullable(current(now).tokens.get(id));
  }

  private View current(Instant now) {
    var seen = Objects.requireNonNull(view.get());
    if (fresh(seen, now)) return seen;
    reading.lock();
    try {
      while (true) {
        var before = Objects.requireNonNull(view.get());
        if (fresh(before, now)) return before;
        var tokens = new HashMap<String, Stored>();
        for (Stored row : database.read(ApiTokenTable::unrevoked))
          tokens.put(row.token().id(), row);
        var after = new View(Map.copyOf(tokens), now);
        // Lost to a change that was committed meanwhile: what was read may be older than it.
        if (view.compareAndSet(before, after)) return after;
      }
    } finally {
      reading.unlock();
    }
  }

  private static boolean fresh(View view, Instant now) {
    return Duration.between(view.read, now).abs().compareTo(FRESH) < 0;
  }

  /** Notes the hour of use; a database that is down now keeps nobody out. */
  void used(ApiToken token, Instant now) {
    var hour = Instant.ofEpochSecond(now.getEpochSecond() / 3600 * 3600);
    if (token.used().filter(t -> Duration.between(t, now).compareTo(HOUR) < 0).isPresent()) return;
    try {
      int unused =
          database.write(
              sql -> {
                ApiTokenTable.use(sql, token.id(), hour);
                return 0;
              });
      changed();
    } catch (StoreDown e) {
      System.getLogger(LiveTokens.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the use of API token " + token.name() + " is not noted");
    }
  }
}
