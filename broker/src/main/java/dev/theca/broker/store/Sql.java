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

  /** The first row, if there is one. */
  <T> Optional<T> one(String text, RowReader<T> reader, Object... values) throws SQLException;

  /** All rows. */
  <T> List<T> list(String text, RowReader<T> reader, Object... values) throws SQLException;

  /**
   * Waits until no other transaction, of any replica, holds the lock of this name; it is held until
   * the transaction ends. Only within {@link Database#write}.
   */
  void lock(String name) throws SQLException;
}
