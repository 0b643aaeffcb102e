package dev.theca.broker.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Work that one replica does for all, such as sweeps: whoever holds the lease does it, and when
 * that one is silent for a lease, another takes over. Does not promise that never two do it at
 * once: they may when the work outlasts the lease or the replicas' clocks differ by more; work that
 * cannot bear that takes a {@link Sql#lock} within its transaction.
 */
public final class Leader {
  private final Database database;
  private final String name;
  private final Duration lease;
  private final InstantSource clock;
  private final String me = UUID.randomUUID().toString();

  /**
   * @param name of the work, the same on all replicas
   * @param lease longer than the pause between two calls of {@link #run}, best three times
   */
  public Leader(Database database, String name, Duration lease, InstantSource clock) {
    this.database = database;
    this.name = name;
    this.lease = lease;
    this.clock = clock;
  }

  /**
   * Runs the work if this replica leads or can begin to; whether it did. Renews the lease.
   *
   * @throws StoreDown if the lease cannot be asked for; the work did not run
   */
  public boolean run(Runnable work) {
    if (!leads()) return false;
    work.run();
    return true;
  }

  /** Lets another replica lead at once. */
  public void resign() {
    int unused =
        database.write(
            sql -> sql.update("DELETE FROM leader WHERE name = ? AND holder = ?", name, me));
  }

  private boolean leads() {
    long now = clock.instant().toEpochMilli();
    long until = now + lease.toMillis();
    // A lease far in the future comes from a clock that was wrong: it would never be taken over.
    long absurd = until + lease.toMillis();
    String free = "(until <= ? OR until > ? OR holder = ?)";
    boolean hopeful =
        database.read(
            sql ->
                sql.one(
                        "SELECT 1 FROM leader WHERE name = ? AND NOT " + free,
                        row -> true,
                        name,
                        now,
                        absurd,
                        me)
                    .isEmpty());
    if (!hopeful) return false;
    return database.write(
        sql ->
            sql.update(
                    "INSERT INTO leader (name, holder, until) VALUES (?, ?, ?)"
                        + " ON CONFLICT (name) DO UPDATE"
                        + " SET holder = excluded.holder, until = excluded.until"
                        + " WHERE leader.until <= ? OR leader.until > ?"
                        + " OR leader.holder = excluded.holder",
                    name,
                    me,
                    until,
                    now,
                    absurd)
                == 1);
  }
}
