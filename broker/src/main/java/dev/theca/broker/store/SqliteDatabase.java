package dev.theca.broker.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A database of its own, in one file that one broker holds. Writes share commits ({@link
 * GroupCommit}); a write is acknowledged when the disk has it. Reads do not wait for writes.
 */
public final class SqliteDatabase implements Database {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int READERS = 4;

  private final SqliteFile file;
  private final SqliteWriter writer;
  private final SqliteReaders readers;
  private final Committer committer;
  private final GroupCommit commits;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SqliteDatabase(SqliteFile file, SqliteWriter writer, SqliteReaders readers) {
    this.file = file;
    this.writer = writer;
    this.readers = readers;
    this.committer = new Committer(writer, PATIENCE);
    this.commits = new GroupCommit(committer, PATIENCE).start();
  }

  /**
   * Opens or creates the file, and brings its tables up to date.
   *
   * @throws StoreFault if another broker holds the file, or its tables are of a newer program
   * @throws StoreDown if the disk is full or the file cannot be used
   */
  public static SqliteDatabase open(Path path) {
    return open(path, Migrations.ours());
  }

  static SqliteDatabase open(Path path, Migrations migrations) {
    var file = SqliteFile.hold(path);
    var connections = new SqliteConnections(file.path());
    boolean opened = false;
    try {
      var writer = new SqliteWriter(connections, connections.forWriting());
      try {
        migrations.run(writer.begin(), "BLOB");
        writer.commit();
        var readers = new SqliteReaders(connections, READERS, PATIENCE);
        opened = true;
        return new SqliteDatabase(file, writer, readers);
      } finally {
        if (!opened) writer.close();
      }
    } catch (SQLException e) {
      if (connections.judge(e) == Trouble.DOWN) throw connections.down(e);
      throw new StoreFault("cannot open " + path + ": " + e.getMessage(), e);
    } finally {
      if (!opened) file.close();
    }
  }

  @Override
  public <T> T read(Work<T> work) {
    if (closed.get()) throw new StoreDown("the database is closed");
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

  /** The lock of the file is held. */
  @Override
  public boolean isAlone() {
    return true;
  }

  @Override
  public boolean available() {
    try {
      return read(sql -> sql.one("SELECT count(*) FROM migration", row -> true)).isPresent();
    } catch (StoreDown e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    commits.close();
    readers.close();
    writer.close();
    file.close();
  }
}
