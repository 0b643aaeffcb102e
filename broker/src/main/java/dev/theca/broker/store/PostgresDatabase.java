package dev.theca.broker.store;

import java.sql.SQLException;
import java.time.Duration;

/**
 * A database that replicas share. Each replica writes on one connection, on which writes share
 * commits ({@link GroupCommit}), and reads on a few others. When the database is lost, calls end
 * with {@link StoreDown} within the patience of the settings; when it is back, so are they.
 */
public final class PostgresDatabase implements Database {
  /** Longer than any migration: other replicas that start wait for the first as long. */
  private static final Duration MIGRATION = Duration.ofMinutes(10);

  private final PostgresWriter writer;
  private final PostgresReaders readers;
  private final Committer committer;
  private final GroupCommit commits;

  private PostgresDatabase(PostgresDoor door) {
    var patience = door.settings().patience();
    this.writer = new PostgresWriter(door);
    this.readers = new PostgresReaders(door);
    this.committer = new Committer(writer, patience);
    this.commits = new GroupCommit(committer, patience).start();
  }

  /**
   * Connects, and brings the tables up to date.
   *
   * @throws StoreFault if the tables are of a newer program
   * @throws StoreDown if the database cannot be reached
   */
  public static PostgresDatabase open(PostgresSettings settings) {
    return open(settings, Migrations.ours());
  }

  static PostgresDatabase open(PostgresSettings settings, Migrations migrations) {
    var door = new PostgresDoor(settings);
    try (var connection = door.forMigrations(MIGRATION)) {
      var plain = new JdbcSql(new StatementCache(connection, 0), name -> {});
      var sql =
          new JdbcSql(new StatementCache(connection, 0), name -> AdvisoryLock.take(plain, name));
      migrations.run(sql, "BYTEA");
      connection.commit();
    } catch (SQLException e) {
      if (PostgresTrouble.judge(e) == Trouble.STATEMENT && !"3D000".equals(e.getSQLState())) {
        throw new StoreFault("cannot make the tables of " + settings + ": " + e.getMessage(), e);
      }
      throw PostgresTrouble.down(settings, e);
    }
    return new PostgresDatabase(door);
  }

  @Override
  public <T> T read(Work<T> work) {
    return readers.read(work);
  }

  @Override
  public <T> T write(Work<T> work) {
    return commits.write(work);
  }

  @Override
  public void beforeCommit(String name, Work<?> last) {
    committer.beforeCommit(name, last);
  }

  @Override
  public boolean available() {
    try {
      return read(sql -> sql.one("SELECT 1", row -> true)).isPresent();
    } catch (StoreDown e) {
      return false;
    }
  }

  @Override
  public void close() {
    commits.close();
    readers.close();
    writer.close();
  }
}
