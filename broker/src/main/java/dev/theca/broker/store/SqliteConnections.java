package dev.theca.broker.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Opens connections to one file, and puts SQLite's result codes into words. */
final class SqliteConnections {
  private final Path path;

  SqliteConnections(Path path) {
    this.path = path;
  }

  Connection forWriting() throws SQLException {
    return open(
        "PRAGMA journal_mode=WAL",
        // Each commit waits for the disk; NORMAL would lose the last ones with the power.
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        // Each work begins with the pages that the last one ended with: 16 MiB of them stay at
        // hand.
        "PRAGMA cache_size=-16384",
        // What a burst of writes took from the disk is given back at the next checkpoint.
        "PRAGMA journal_size_limit=67108864");
  }

  Connection forReading() throws SQLException {
    return open("PRAGMA query_only=ON");
  }

  private Connection open(String... settings) throws SQLException {
    // Nobody asks for generated keys; the driver would ask the file for them after each insert.
    var connection =
        DriverManager.getConnection("jdbc:sqlite:" + path + "?jdbc.get_generated_keys=false");
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout=5000");
      for (String setting : settings) statement.execute(setting);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** By the primary result code, https://sqlite.org/rescode.html. */
  Trouble judge(SQLException e) {
    if (!(e instanceof SQLiteException)) return Trouble.STATEMENT;
    return switch (primary(e)) {
      case SQLITE_FULL,
          SQLITE_IOERR,
          SQLITE_CANTOPEN,
          SQLITE_CORRUPT,
          SQLITE_NOTADB,
          SQLITE_READONLY,
          SQLITE_NOMEM,
          SQLITE_BUSY,
          SQLITE_LOCKED,
          SQLITE_PROTOCOL ->
          Trouble.DOWN;
      default -> Trouble.STATEMENT;
    };
  }

  StoreDown down(SQLException e) {
    return switch (primary(e)) {
      case SQLITE_FULL -> new StoreDown("the disk that holds " + path + " is full; free space", e);
      case SQLITE_BUSY -> new StoreDown(path + " is locked by another program", e);
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          new StoreDown(path + " is damaged; restore it from a backup", e);
      default -> new StoreDown(path + " cannot be used: " + e.getMessage(), e);
    };
  }

  static SQLiteErrorCode primary(SQLException e) {
    if (!(e instanceof SQLiteException sqlite)) return SQLiteErrorCode.SQLITE_ERROR;
    return SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff);
  }
}
