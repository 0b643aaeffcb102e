package dev.theca.broker.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statements on one JDBC connection. */
final class JdbcSql implements Sql {
  /** How a dialect takes an advisory lock. */
  interface Locking {
    void lock(Connection connection, String name) throws SQLException;
  }

  private final Connection connection;
  private final Locking locking;

  JdbcSql(Connection connection, Locking locking) {
    this.connection = connection;
    this.locking = locking;
  }

  @Override
  public int update(String text, Object... values) throws SQLException {
    try (var statement = prepared(text, values)) {
      return statement.executeUpdate();
    }
  }

  @Override
  public <T> Optional<T> one(String text, RowReader<T> reader, Object... values)
      throws SQLException {
    try (var statement = prepared(text, values);
        var results = statement.executeQuery()) {
      return results.next() ? Optional.of(reader.read(new Row(results))) : Optional.empty();
    }
  }

  @Override
  public <T> List<T> list(String text, RowReader<T> reader, Object... values) throws SQLException {
    try (var statement = prepared(text, values);
        var results = statement.executeQuery()) {
      var all = new ArrayList<T>();
      var row = new Row(results);
      while (results.next()) all.add(reader.read(row));
      return all;
    }
  }

  @Override
  public void lock(String name) throws SQLException {
    locking.lock(connection, name);
  }

  private PreparedStatement prepared(String text, Object... values) throws SQLException {
    var statement = connection.prepareStatement(text);
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case String s -> statement.setString(i + 1, s);
        case Long n -> statement.setLong(i + 1, n);
        case Integer n -> statement.setLong(i + 1, n);
        case byte[] b -> statement.setBytes(i + 1, b);
        case Object other -> throw new IllegalArgumentException(other.getClass() + " as a value");
      }
    }
    return statement;
  }
}
