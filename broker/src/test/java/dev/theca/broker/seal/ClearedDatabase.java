package dev.theca.broker.seal;

import dev.theca.broker.store.Database;

/** One database for a class of tests, emptied after each: making one is slow. */
public final class ClearedDatabase implements AutoCloseable {
  private static final String[] TABLES = {
    "data_key", "resource", "resource_version", "tenant_usage", "tenant_quota", "volume_anchor"
  };

  private final Database database;

  public ClearedDatabase(Database database) {
    this.database = database;
  }

  public Database database() {
    return database;
  }

  /** Empties the tables of keys, resources and anchors, and drops the tests' trail. */
  public void clear() {
    int unused =
        database.write(
            sql -> {
              sql.update("DROP TABLE IF EXISTS recorded");
              for (String table : TABLES) sql.update("DELETE FROM " + table);
              return 0;
            });
  }

  @Override
  public void close() {
    database.close();
  }
}
