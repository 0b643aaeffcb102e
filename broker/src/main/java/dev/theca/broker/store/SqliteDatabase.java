package dev.theca.broker.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A database of its own, in one file. */
public final class SqliteDatabase implements Database {
  private final Connection connection;
  private final Map<String, Work<?>> hooks = new LinkedHashMap<>();

  private SqliteDatabase(Connection connection) {
    this.connection = connection;
  }

  /** Opens or creates the file, and brings its tables up to date. */
  public static SqliteDatabase open(Path file) {
    try {
      var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try (var statement = connection.createStatement()) {
        statement.execute("PRAGMA journal_mode=WAL");
        statement.execute("PRAGMA synchronous=FULL");
      }
      connection.setAutoCommit(false);
      var database = new SqliteDatabase(connection);
      int unused =
          database.write(
              sql -> {
                Migrations.run(sql, "BLOB");
                return 0;
              });
      return database;
    } catch (SQLException e) {
      throw new StoreDown("cannot open " + file, e);
    }
  }

  @Override
  public synchronized <T> T read(Work<T> work) {
    try {
      return work.with(new JdbcSql(connection, (c, name) -> {}));
    } catch (SQLException e) {
      throw new StoreDown("the database failed", e);
    }
  }

  @Override
  public synchronized <T> T write(Work<T> work) {
    try {
      boolean done = false;
      try {
        var sql = new JdbcSql(connection, (c, name) -> {});
        T result = work.with(sql);
        for (Work<?> hook : hooks.values()) {
          Object unused = hook.with(sql);
        }
        connection.commit();
        done = true;
        return result;
      } finally {
        if (!done) connection.rollback();
      }
    } catch (SQLException e) {
      throw new StoreDown("the database failed", e);
    }
  }

  @Override
  public synchronized void beforeCommit(String name, Work<?> last) {
    hooks.put(name, last);
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreDown("cannot close the database", e);
    }
  }
}
