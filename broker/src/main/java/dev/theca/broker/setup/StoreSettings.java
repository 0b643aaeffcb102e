package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.PostgresDatabase;
import dev.theca.broker.store.PostgresSettings;
import dev.theca.broker.store.SqliteDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** {@code [store]}: a database of its own, or one that replicas share. */
public sealed interface StoreSettings {
  /** A file of this broker alone. */
  record Sqlite(Path file) implements StoreSettings {
    @Override
    public Database open() {
      return SqliteDatabase.open(file);
    }
  }

  /** PostgreSQL. */
  record Postgres(PostgresSettings settings) implements StoreSettings {
    @Override
    public Database open() {
      return PostgresDatabase.open(settings);
    }
  }

  /** Opens it and brings its tables up to date. */
  Database open();

  /** Reads the table; empty when something is wrong, which is noted. */
  static Optional<StoreSettings> read(Fields fields, Path state) {
    var store = fields.table("store");
    String type = store.text("type", "sqlite");
    Optional<StoreSettings> read =
        switch (type) {
          case "sqlite" ->
              Optional.of(new Sqlite(Path.of(store.text("file", state.resolve("broker.db") + ""))));
          case "postgres" -> {
            String url = store.text("url");
            String password = store.text("password_file", "");
            var patience = Duration.ofSeconds(store.number("patience_seconds", 5, 1, 60));
            yield BrokerSettings.taken(store, PostgresSettings.parse(url))
                .map(settings -> settings.withPatience(patience))
                .map(
                    settings ->
                        new Postgres(
                            password.isEmpty()
                                ? settings
                                : settings.withPassword(
                                    new PostgresSettings.Password.InFile(Path.of(password)))));
          }
          default -> {
            store.wrong("type", "sqlite or postgres", "another text");
            yield Optional.empty();
          }
        };
    fields.take(store);
    return read;
  }
}
