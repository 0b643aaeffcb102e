package dev.theca.broker.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Statements in the dialect that SQLite and PostgreSQL share, with {@code ?} for values: texts,
 * whole numbers (BIGINT) and bytes. Confined to the work that it was lent to.
 */
public interface Sql {
  /** Changes rows; how many. */
  int update(String text, Object... values) throws SQLException;

  /**
   * Changes rows before the transaction ends, together with other statements of the same text. Runs
   * before the next statement that reads; a plain update that is asked for later may come first.
   * Only within {@link Database#write}.
   */
  void updateLater(String text, Object... values) throws SQLException;

  /** The first row, if there is one. */
  <T> Optional<T> one(String text, RowReader<T> reader, Object... values) throws SQLException;

  /** All rows. */
  <T> List<T> list(String text, RowReader<T> reader, Object... values) throws SQLException;

  /**
   * Waits until no other transaction, of any replica, holds the lock of this name; it is held until
   * the transaction ends. Only within {@link Database#write}.
   */
  void lock(String name) throws SQLException;

  /**
   * Keeps a value, one of its class, for works that share the transaction. What it says of rows
   * must hold while the transaction lasts: a lock is held. Only within {@link Database#write}.
   */
  void keep(Object value);

  /** What was kept in this transaction; nothing once any work of it was undone. */
  <T> Optional<T> kept(Class<T> kind);
}
