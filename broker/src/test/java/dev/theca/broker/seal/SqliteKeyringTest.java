package dev.theca.broker.seal;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class SqliteKeyringTest extends KeyringContract {
  @TempDir static Path place;
  private static ClearedDatabase cleared;

  @BeforeAll
  static void open() {
    cleared = new ClearedDatabase(SqliteDatabase.open(place.resolve("broker.db")));
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
