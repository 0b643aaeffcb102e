package dev.theca.broker.store;

import java.sql.SQLException;
import java.util.Optional;

/** What an exception of the database means for who asked. */
enum Trouble {
  /** The statement is at fault: a constraint, a word of SQL. The database is well. */
  STATEMENT,
  /** Another transaction came between: the same works may succeed when they run again. */
  CONFLICT,
  /** The database cannot be used now: no connection, no space. */
  DOWN;

  /** How a dialect reads its exceptions. */
  interface Judge {
    Trouble of(SQLException e);
  }

  /** What a work threw: its own trouble, or the database's, possibly wrapped by the work. */
  static Trouble of(Throwable thrown, Judge judge) {
    return cause(thrown).map(judge::of).orElse(STATEMENT);
  }

  /** The exception of the database within what was thrown. */
  static Optional<SQLException> cause(Throwable thrown) {
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < 16; depth++, at = at.getCause()) {
      if (at instanceof SQLException e) return Optional.of(e);
    }
    return Optional.empty();
  }
}
