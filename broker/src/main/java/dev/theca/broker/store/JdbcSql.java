package dev.theca.broker.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statements on one JDBC connection. */
final class JdbcSql implements Sql {
  /** How the database takes a lock until the end of the transaction. */
  interface Locking {
    void lock(String name) throws SQLException;

    /** A read holds no transaction that a lock could last as long as. */
    static void none(String name) {
      throw new IllegalStateException("the lock " + name + " is asked for within a read");
    }
  }

  private interface Execution<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private final StatementCache statements;
  private final Locking locking;
  private Optional<SQLException> failure = Optional.empty();

  JdbcSql(StatementCache statements, Locking locking) {
    this.statements = statements;
    this.locking = locking;
  }

  /**
   * Runs a work. A statement that failed fails it, even where the work kept that to itself:
   * PostgreSQL would undo at the commit what such a work believes to have done.
   */
  <T> T lend(Work<T> work) throws SQLException {
    failure = Optional.empty();
    T result = work.with(this);
    if (failure.isPresent()) throw failure.get();
    return result;
  }

  @Override
  public int update(String text, Object... values) throws SQLException {
    return run(text, PreparedStatement::executeUpdate, values);
  }

  @Override
  public <T> Optional<T> one(String text, RowReader<T> reader, Object... values)
      throws SQLException {
    Execution<Optional<T>> first =
        statement -> {
          try (var results = statement.executeQuery()) {
            return results.next() ? Optional.of(reader.read(new Row(results))) : Optional.empty();
          }
        };
    return run(text, first, values);
  }

  @Override
  public <T> List<T> list(String text, RowReader<T> reader, Object... values) throws SQLException {
    Execution<List<T>> all =
        statement -> {
          try (var results = statement.executeQuery()) {
            var rows = new ArrayList<T>();
            var row = new Row(results);
            while (results.next()) rows.add(reader.read(row));
            return rows;
          }
        };
    return run(text, all, values);
  }

  @Override
  public void lock(String name) throws SQLException {
    locking.lock(name);
  }

  private <T> T run(String text, Execution<T> execution, Object... values) throws SQLException {
    var statement = statements.take(text);
    T result;
    try {
      bind(statement, values);
      result = execution.of(statement);
    } catch (Throwable e) {
      if (e instanceof SQLException refused) failure = Optional.of(refused);
      try (statement) {
        throw e;
      }
    }
    statements.giveBack(text, statement);
    return result;
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case String s -> statement.setString(i + 1, s);
        case Long n -> statement.setLong(i + 1, n);
        case Integer n -> statement.setLong(i + 1, n);
        case byte[] b -> statement.setBytes(i + 1, b);
        case Object other -> throw new IllegalArgumentException(other.getClass() + " as a value");
      }
    }
  }
}
