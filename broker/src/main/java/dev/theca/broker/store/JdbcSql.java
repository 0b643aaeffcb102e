package dev.theca.broker.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statements on one JDBC connection. */
final class JdbcSql implements Sql {
  /** How the database takes a lock until the end of the transaction. */
  interface Locking {
    void lock(String name) throws SQLException;
  }

  private interface Execution<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private final StatementCache statements;
  private final Locking locking;
  private final boolean reading;
  private final Map<String, List<Object[]>> later = new LinkedHashMap<>();
  private final Map<Class<?>, Object> kept = new HashMap<>();
  private Optional<SQLException> failure = Optional.empty();

  /** For writing. */
  JdbcSql(StatementCache statements, Locking locking) {
    this(statements, locking, false);
  }

  private JdbcSql(StatementCache statements, Locking locking, boolean reading) {
    this.statements = statements;
    this.locking = locking;
    this.reading = reading;
  }

  /** A read holds no transaction, which a lock or a later statement could last as long as. */
  static JdbcSql forReading(StatementCache statements) {
    return new JdbcSql(statements, name -> {}, true);
  }

  private void requireWriting(String what) {
    if (reading) throw new IllegalStateException(what + " is asked for within a read");
  }

  /** A transaction begins, or a work was undone: nothing of before holds any more. */
  void renew() {
    later.clear();
    kept.clear();
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
  public void updateLater(String text, Object... values) {
    requireWriting("a later update");
    later.computeIfAbsent(text, t -> new ArrayList<>()).add(values);
  }

  /** Runs what was asked for later. */
  void flush() throws SQLException {
    if (later.isEmpty()) return;
    var due = new LinkedHashMap<>(later);
    later.clear();
    for (var entry : due.entrySet()) {
      int[] unused = run(entry.getKey(), statement -> together(statement, entry.getValue()));
    }
  }

  private static int[] together(PreparedStatement statement, List<Object[]> rows)
      throws SQLException {
    for (Object[] values : rows) {
      bind(statement, values);
      statement.addBatch();
    }
    return statement.executeBatch();
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
    flush();
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
    flush();
    return run(text, all, values);
  }

  @Override
  public void lock(String name) throws SQLException {
    requireWriting("the lock " + name);
    locking.lock(name);
  }

  @Override
  public void keep(Object value) {
    requireWriting("to keep a value");
    kept.put(value.getClass(), value);
  }

  @Override
  public <T> Optional<T> kept(Class<T> kind) {
    return Optional.ofNullable(kept.get(kind)).map(kind::cast);
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
