package dev.theca.broker.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteMigrationsTest extends MigrationsContract {
  @TempDir Path folder;

  @Override
  Database open(Migrations migrations) {
    return SqliteDatabase.open(folder.resolve("store.db"), migrations);
  }
}
