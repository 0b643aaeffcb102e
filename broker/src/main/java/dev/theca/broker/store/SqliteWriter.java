package dev.theca.broker.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Writes to the file; a lock needs nothing, since nobody else writes. */
final class SqliteWriter implements WriteConnection {
  private final SqliteConnections connections;
  private final Connection connection;
  private final JdbcSql sql;

  SqliteWriter(SqliteConnections connections, Connection connection) {
    this.connections = connections;
    this.connection = connection;
    this.sql = new JdbcSql(new StatementCache(connection, 128), name -> {});
  }

  @Override
  public JdbcSql begin() throws SQLException {
    sql.renew();
    run("BEGIN IMMEDIATE");
    return sql;
  }

  @Override
  public void save() throws SQLException {
    sql.flush();
    run("SAVEPOINT work");
  }

  @Override
  public void undo() throws SQLException {
    sql.renew();
    run("ROLLBACK TO work");
  }

  @Override
  public void commit() throws SQLException {
    run("COMMIT");
  }

  @Override
  public void rollback() {
    try {
      run("ROLLBACK");
    } catch (SQLException e) {
      // "no transaction is active": SQLite has rolled back itself, as after SQLITE_FULL; if the
      // file is lost instead, the next BEGIN says so.
    }
  }

  private void run(String text) throws SQLException {
    int unused = sql.update(text);
  }

  @Override
  public Trouble judge(SQLException e) {
    return connections.judge(e);
  }

  @Override
  public StoreDown down(SQLException e) {
    return connections.down(e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw connections.down(e);
    }
  }
}
