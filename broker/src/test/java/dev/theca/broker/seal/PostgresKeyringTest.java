package dev.theca.broker.seal;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.PostgresDatabase;
import dev.theca.broker.store.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

final class PostgresKeyringTest extends KeyringContract {
  private static ClearedDatabase cleared;

  @BeforeAll
  static void open() {
    cleared = new ClearedDatabase(PostgresDatabase.open(TestPostgres.fresh()));
  }

  @AfterEach
  void clear() {
    cleared.clear();
  }

  @AfterAll
  static void close() {
    cleared.close();
  }

  @Override
  Database database() {
    return cleared.database();
  }
}
