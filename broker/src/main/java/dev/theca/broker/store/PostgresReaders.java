package dev.theca.broker.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;

/** A pool of connections that see what was committed and cannot write. */
final class PostgresReaders implements AutoCloseable {
  private static final int CONNECTIONS = 8;

  private final PostgresSettings settings;
  private final HikariDataSource pool;

  PostgresReaders(PostgresDoor door) {
    this.settings = door.settings();
    long patienceMillis = settings.patience().toMillis();
    var config = new HikariConfig();
    config.setPoolName("store-read");
    config.setDataSource(door);
    config.setConnectionInitSql("SET default_transaction_read_only = on");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(patienceMillis);
    config.setValidationTimeout(Math.min(patienceMillis, 1000));
    config.setInitializationFailTimeout(-1); // the writer's connection has said whether it is there
    this.pool = new HikariDataSource(config);
  }

  /** A lost connection is replaced and the read tried again: all in the pool may be of old. */
  <T> T read(Work<T> work) {
    long endNanos = System.nanoTime() + settings.patience().toNanos();
    for (int tries = 0; ; tries++) {
      try (var connection = pool.getConnection()) {
        return work.with(JdbcSql.forReading(new StatementCache(connection, 0)));
      } catch (SQLException e) {
        var trouble = PostgresTrouble.judge(e);
        if (trouble == Trouble.STATEMENT || PostgresTrouble.isReadOnly(e)) {
          throw new StoreFault("the database refused a statement: " + e.getMessage(), e);
        }
        if (tries > CONNECTIONS || System.nanoTime() > endNanos) {
          throw PostgresTrouble.down(settings, e);
        }
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
