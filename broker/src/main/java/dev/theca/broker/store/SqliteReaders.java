package dev.theca.broker.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.sqlite.SQLiteErrorCode;

/** A few connections that see what was committed and never wait for the writer. */
final class SqliteReaders implements AutoCloseable {
  private record Reader(Connection connection, Sql sql) {}

  private final SqliteConnections connections;
  private final Duration patience;
  private final int count;
  private final BlockingQueue<Reader> idle;

  SqliteReaders(SqliteConnections connections, int count, Duration patience) throws SQLException {
    this.connections = connections;
    this.patience = patience;
    this.count = count;
    this.idle = new ArrayBlockingQueue<>(count);
    for (int i = 0; i < count; i++) {
      var connection = connections.forReading();
      idle.add(new Reader(connection, JdbcSql.forReading(cache(connection))));
    }
  }

  private static StatementCache cache(Connection connection) {
    return new StatementCache(connection, 128);
  }

  <T> T read(Work<T> work) {
    var reader = take();
    try {
      return work.with(reader.sql());
    } catch (SQLException e) {
      boolean wrote = SqliteConnections.primary(e) == SQLiteErrorCode.SQLITE_READONLY;
      if (!wrote && connections.judge(e) == Trouble.DOWN) throw connections.down(e);
      throw new StoreFault("the database refused a statement: " + e.getMessage(), e);
    } finally {
      idle.add(reader);
    }
  }

  private Reader take() {
    try {
      var reader = idle.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (reader == null) throw new StoreDown("all " + count + " read connections are in use");
      return reader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreDown("interrupted while waiting for a read connection", e);
    }
  }

  /** Waits for reads under way. */
  @Override
  public void close() {
    for (int i = 0; i < count; i++) {
      try {
        take().connection().close();
      } catch (SQLException e) {
        throw connections.down(e);
      }
    }
  }
}
