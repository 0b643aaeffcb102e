package dev.theca.broker.seal;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands out uses of the current data key. The next block is fetched in the background when half of
 * one is used, because whoever seals may stand within a transaction, where fetching would wait for
 * itself.
 */
final class Leases implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Leases.class.getName());
  private static final long WAIT_SECONDS = 10;
  private static final long RETRY_MILLIS = 10_000;

  /** Where data keys come from. */
  interface Source {
    /** The name of the key that wraps. */
    String kek();

    /** A new data key, wrapped; not in the database yet. */
    DataKeys.Wrapped fresh();

    /** Makes sure that a key of the database is unwrapped. */
    void load(long id);
  }

  private final Database database;
  private final InstantSource clock;
  private final Bounds bounds;
  private final Source keys;
  private final AtomicReference<@Nullable Lease> current = new AtomicReference<>();
  private final AtomicReference<@Nullable FutureTask<Lease>> fetching = new AtomicReference<>();
  private volatile long notBeforeMillis;
  private volatile boolean closed;

  Leases(Database database, InstantSource clock, Bounds bounds, Source keys) {
    this.database = database;
    this.clock = clock;
    this.bounds = bounds;
    this.keys = keys;
  }

  /** The id of the data key for one sealing. */
  long take() {
    while (true) {
      Lease lease = current.get();
      if (lease != null && lease.take()) {
        long now = clock.millis();
        if (lease.low(now) && now >= notBeforeMillis) {
          var unused = fetchBeside();
        }
        return lease.keyId;
      }
      await(fetchBeside());
    }
  }

  /** Reserves a block, of a new key if one is due, and makes sure that the key is unwrapped. */
  Lease fetch() {
    Optional<Lease> there = database.write(this::reserve);
    Lease lease = there.isPresent() ? there.get() : make();
    keys.load(lease.keyId);
    current.set(lease);
    return lease;
  }

  /** The new key is wrapped before the transaction; another replica's may have come meanwhile. */
  private Lease make() {
    var made = keys.fresh();
    return database.write(
        sql -> {
          Optional<Lease> there = reserve(sql);
          if (there.isPresent()) return there.get();
          long now = clock.millis();
          DataKeys.add(sql, made, bounds, now);
          return new Lease(made.id(), bounds.block(), now + bounds.lifetimeMillis());
        });
  }

  private Optional<Lease> reserve(Sql sql) throws SQLException {
    DataKeys.lock(sql);
    return DataKeys.reserve(sql, keys.kek(), bounds, clock.millis());
  }

  private FutureTask<Lease> fetchBeside() {
    var task = new FutureTask<>(this::fetchLogged);
    var running = fetching.compareAndExchange(null, task);
    if (running != null) return running;
    Thread.ofVirtual().name("data-key").start(task);
    return task;
  }

  private Lease fetchLogged() {
    try {
      return fetch();
    } catch (RuntimeException e) {
      notBeforeMillis = clock.millis() + RETRY_MILLIS;
      if (!closed) LOG.log(Level.WARNING, "no further data key: {0}", e.getMessage());
      throw e;
    } finally {
      fetching.set(null);
    }
  }

  private static void await(FutureTask<Lease> task) {
    try {
      var unused = task.get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) throw fault;
      throw new IllegalStateException("a data key cannot be had", e);
    } catch (TimeoutException e) {
      throw new KeyEncryptionDown("no data key within " + WAIT_SECONDS + " s; try again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KeyEncryptionDown("interrupted while waiting for a data key", e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
