package dev.theca.broker.store;

import java.sql.SQLException;

/** What is done with the database while it is lent. */
@FunctionalInterface
public interface Work<T> {
  T with(Sql sql) throws SQLException;
}
