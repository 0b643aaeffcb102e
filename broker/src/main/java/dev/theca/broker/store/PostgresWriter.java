package dev.theca.broker.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The connection that this replica writes on, opened again when it was lost. READ COMMITTED: what
 * was read after a lock was taken is what the lock's last holder committed.
 */
final class PostgresWriter implements WriteConnection {
  /**
   * Longer than other replicas' transactions take, shorter than PostgreSQL's deadlock_timeout of a
   * second; up to as much again is added by chance, so that of two one gives way first.
   */
  private static final int LOCK_MILLIS = 200;

  private record Live(Connection connection, JdbcSql sql) {}

  private final PostgresDoor door;
  private final Set<String> held = new HashSet<>();
  private Optional<Live> live = Optional.empty();

  PostgresWriter(PostgresDoor door) {
    this.door = door;
  }

  @Override
  public JdbcSql begin() throws SQLException {
    held.clear();
    if (live.isEmpty()) live = Optional.of(open());
    var sql = live.get().sql();
    sql.renew();
    return sql;
  }

  private Live open() throws SQLException {
    var connection = door.getConnection();
    try (var statement = connection.createStatement()) {
      int lockMillis = LOCK_MILLIS + ThreadLocalRandom.current().nextInt(LOCK_MILLIS);
      statement.execute("SET lock_timeout = " + lockMillis);
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return new Live(connection, new JdbcSql(new StatementCache(connection, 128), this::lock));
  }

  private void lock(String name) throws SQLException {
    if (held.contains(name)) return;
    AdvisoryLock.take(live.orElseThrow().sql(), name);
    held.add(name);
  }

  @Override
  public void save() throws SQLException {
    var sql = live.orElseThrow().sql();
    sql.flush();
    sql.update("SAVEPOINT work");
  }

  @Override
  public void undo() throws SQLException {
    var sql = live.orElseThrow().sql();
    sql.renew();
    sql.update("ROLLBACK TO work");
    held.clear(); // locks taken since the savepoint are gone
  }

  @Override
  public void commit() throws SQLException {
    live.orElseThrow().connection().commit();
  }

  @Override
  public void rollback() {
    if (live.isEmpty()) return;
    try {
      live.get().connection().rollback();
    } catch (SQLException e) {
      drop();
    }
  }

  /** What the server still holds for a connection that is dropped ends with its timeouts. */
  private void drop() {
    try {
      live.orElseThrow().connection().abort(Runnable::run);
    } catch (SQLException e) {
      // it is gone already
    }
    live = Optional.empty();
  }

  @Override
  public Trouble judge(SQLException e) {
    return PostgresTrouble.judge(e);
  }

  @Override
  public StoreDown down(SQLException e) {
    // A standby answers a rollback well: only a new connection finds the new primary.
    if (live.isPresent()) drop();
    return PostgresTrouble.down(door.settings(), e);
  }

  @Override
  public void close() {
    if (live.isPresent()) drop();
  }
}
