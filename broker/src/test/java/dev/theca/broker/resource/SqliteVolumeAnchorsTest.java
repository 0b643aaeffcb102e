package dev.theca.broker.resource;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteVolumeAnchorsTest extends VolumeAnchorsContract {
  @TempDir static Path place;
  private static int number;
  private final Database database = SqliteDatabase.open(place.resolve("broker" + number++ + ".db"));

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  Database database() {
    return database;
  }
}
