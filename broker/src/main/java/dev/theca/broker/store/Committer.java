package dev.theca.broker.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs works within one transaction, and again with more care where that failed: first without
 * savepoints, since works rarely fail and each savepoint is a round trip; then each work in a
 * savepoint, so that the failing one is undone alone; and after a conflict with another replica
 * each in a transaction of its own, which holds no other's locks while it waits.
 */
final class Committer {
  private enum Care {
    TOGETHER,
    APART
  }

  /** How one attempt ended; in all cases but the first, nothing was committed by it. */
  private sealed interface Attempt {
    record Committed() implements Attempt {}

    record WorkFailed(Pending<?> work, Throwable why) implements Attempt {}

    record Conflict(Throwable why) implements Attempt {}

    /** The connection was lost before the commit was asked for. */
    record Lost(RuntimeException why) implements Attempt {}

    /** There is no use in another attempt; or the commit was asked for and is not known. */
    record Failed(Throwable why) implements Attempt {}
  }

  private final WriteConnection connection;
  private final Duration patience;
  private final Map<String, Work<?>> hooks = new LinkedHashMap<>();

  Committer(WriteConnection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  void beforeCommit(String name, Work<?> last) {
    synchronized (hooks) {
      hooks.put(name, last);
    }
  }

  private List<Work<?>> hooks() {
    synchronized (hooks) {
      return List.copyOf(hooks.values());
    }
  }

  /** Gives each of the works its outcome. */
  void run(List<Pending<?>> works) {
    long endNanos = System.nanoTime() + patience.toNanos();
    boolean alone = works.size() == 1;
    boolean again = false;
    var care = Care.TOGETHER;
    while (true) {
      switch (attempt(works, care)) {
        case Attempt.Committed _ -> {
          for (Pending<?> work : works) work.committed();
          return;
        }
        case Attempt.WorkFailed(var work, var why) when alone -> {
          work.fail(faultOf(why));
          return;
        }
        case Attempt.WorkFailed _ -> care = Care.APART;
        case Attempt.Conflict(var why) when alone -> {
          if (System.nanoTime() > endNanos) {
            failAll(works, new StoreDown("other replicas held what the write needs", why));
            return;
          }
        }
        case Attempt.Conflict _ -> {
          for (Pending<?> work : works) run(List.of(work));
          return;
        }
        case Attempt.Lost(var why) -> {
          if (again) {
            failAll(works, why);
            return;
          }
          again = true;
        }
        case Attempt.Failed(var why) -> {
          failAll(works, why);
          return;
        }
      }
    }
  }

  private static void failAll(List<Pending<?>> works, Throwable why) {
    for (Pending<?> work : works) work.fail(why);
  }

  private Attempt attempt(List<Pending<?>> works, Care care) {
    JdbcSql sql;
    try {
      sql = connection.begin();
    } catch (SQLException e) {
      connection.rollback();
      return new Attempt.Failed(connection.down(e));
    }
    boolean changed = false;
    for (Pending<?> work : works) {
      if (work.isDone()) continue;
      try {
        if (care == Care.APART) connection.save();
      } catch (SQLException e) {
        return afterAll(works, e);
      }
      try {
        work.run(sql);
        changed = true;
      } catch (Throwable e) {
        boolean own = Trouble.of(e, connection::judge) == Trouble.STATEMENT;
        if (care != Care.APART || !own) return afterWork(work, e);
        try {
          connection.undo();
        } catch (SQLException lost) {
          return afterAll(works, lost);
        }
        work.fail(faultOf(e));
      }
    }
    return changed ? finish(works, sql) : nothing();
  }

  private Attempt nothing() {
    connection.rollback();
    return new Attempt.Committed();
  }

  private Attempt finish(List<Pending<?>> works, JdbcSql sql) {
    try {
      for (Work<?> hook : hooks()) {
        Object unused = sql.lend(hook);
      }
      sql.flush();
    } catch (Throwable e) {
      return afterAll(works, e);
    }
    try {
      connection.commit();
      return new Attempt.Committed();
    } catch (SQLException e) {
      if (connection.judge(e) != Trouble.DOWN) return afterAll(works, e);
      connection.rollback();
      var down = connection.down(e);
      return new Attempt.Failed(
          new StoreDown(down.getMessage() + "; the outcome of the write is unknown", e));
    }
  }

  private Attempt afterWork(Pending<?> work, Throwable e) {
    connection.rollback();
    return switch (Trouble.of(e, connection::judge)) {
      case STATEMENT -> new Attempt.WorkFailed(work, e);
      case CONFLICT -> new Attempt.Conflict(e);
      case DOWN -> new Attempt.Lost(downOf(e));
    };
  }

  /** After a failure that is no single work's: a hook's, a commit's. Alone, each gets its own. */
  private Attempt afterAll(List<Pending<?>> works, Throwable e) {
    connection.rollback();
    return switch (Trouble.of(e, connection::judge)) {
      case STATEMENT -> works.size() > 1 ? new Attempt.Conflict(e) : new Attempt.Failed(faultOf(e));
      case CONFLICT -> new Attempt.Conflict(e);
      case DOWN -> new Attempt.Lost(downOf(e));
    };
  }

  private RuntimeException downOf(Throwable e) {
    return Trouble.cause(e)
        .map(connection::down)
        .orElseGet(() -> new StoreDown("the database cannot be used", e));
  }

  private static Throwable faultOf(Throwable e) {
    return e instanceof SQLException
        ? new StoreFault("the database refused a statement: " + e.getMessage(), e)
        : e;
  }
}
