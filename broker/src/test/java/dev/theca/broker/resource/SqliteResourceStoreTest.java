package dev.theca.broker.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.seal.ClearedDatabase;
import dev.theca.broker.seal.FileKey;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteResourceStoreTest extends ResourceStoreContract {
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

  @Test
  void the_files_of_the_database_hold_no_plaintext_and_no_key() throws IOException {
    put("acme/key/db", "PLAINTEXT-MARKER-0123456789");
    store
        .generate(
            "acme/key/pair", Recipe.Key.EC_P256, Rotation.NEVER, PutOptions.DEFAULT, "admin:ann")
        .orThrow();
    var d = text(store.get("acme/key/pair")).replaceAll(".*\"d\":\"([^\"]+)\".*", "$1");
    assertThat(d).hasSize(43);
    byte[] dataKey = dataKey();
    String all = "";
    try (var files = Files.list(place)) {
      for (var each : files.toList())
        all += new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1);
    }
    assertThat(all)
        .contains("acme/key/db")
        .doesNotContain("PLAINTEXT-MARKER")
        .doesNotContain(d)
        .doesNotContain(
            new String(Files.readAllBytes(folder.resolve("kek")), StandardCharsets.ISO_8859_1))
        .doesNotContain(new String(dataKey, StandardCharsets.ISO_8859_1));
  }

  /** What the key-encryption key unwraps from the one row. */
  private byte[] dataKey() {
    long id =
        database()
            .read(sql -> sql.one("SELECT id FROM data_key", row -> row.number(1)))
            .orElseThrow();
    byte[] wrapped =
        database()
            .read(sql -> sql.one("SELECT wrapped FROM data_key", row -> row.bytes(1)))
            .orElseThrow();
    try (var kek = FileKey.open(folder.resolve("kek"));
        var key = kek.unwrap(wrapped, "data-key/" + id)) {
      assertThat(key.sizeBytes()).isEqualTo(32);
      return key.lend(byte[]::clone);
    }
  }
}
