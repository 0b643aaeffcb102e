package dev.theca.broker.store;

import java.sql.SQLException;

/** The one connection that a database writes on; used by its writer alone. */
interface WriteConnection {
  /** Starts a transaction, on a new connection if there is none. */
  JdbcSql begin() throws SQLException;

  /** Marks the place that {@link #undo} returns to. */
  void save() throws SQLException;

  void undo() throws SQLException;

  void commit() throws SQLException;

  /** Ends a transaction that failed; drops a connection on which that fails too. */
  void rollback();

  Trouble judge(SQLException e);

  /** Says what to do about a database that cannot be used. */
  StoreDown down(SQLException e);

  void close();
}
