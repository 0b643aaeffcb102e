package dev.theca.broker.audit;

import dev.theca.broker.store.Sql;
import java.sql.SQLException;

/**
 * The trail of decisions: hash-chained and signed; what is committed cannot be changed unnoticed.
 */
public interface Audit {
  /** Appends within the transaction of what the event records. */
  void append(Sql sql, Event event) throws SQLException;

  /** Appends in a transaction of its own. */
  void record(Event event);
}
