package dev.theca.broker.seal;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteKeyringTest extends KeyringContract {
  @TempDir Path place;
  private Database database;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(place.resolve("broker.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  Database database() {
    return database;
  }
}
