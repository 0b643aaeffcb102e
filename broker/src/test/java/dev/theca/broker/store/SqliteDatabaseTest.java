package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest extends DatabaseContract {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("broker").resolve("store.db");
  }

  @Override
  Database open() {
    return SqliteDatabase.open(file());
  }

  @Test
  void nobody_else_may_read_the_files() throws IOException {
    assertThat(mode(file().getParent())).isEqualTo("rwx------");
    try (var files = Files.list(file().getParent())) {
      assertThat(files)
          .hasSizeGreaterThanOrEqualTo(3)
          .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
    }
  }

  @Test
  void a_file_that_others_could_read_is_closed_to_them_when_opened() throws IOException {
    database.close();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    database = open();
    assertThat(mode(file())).isEqualTo("rw-------");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void a_second_broker_on_the_same_file_is_told_so() {
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("store.db is held by another broker");
    database.close();
    database = open();
    assertThat(names()).isEmpty();
  }

  @Test
  void a_file_that_is_no_database_is_named_and_left_as_it_is() throws IOException {
    var other = folder.resolve("other.db");
    Files.writeString(other, "these are not the tables you are looking for".repeat(100));
    var before = Files.readAllBytes(other);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> SqliteDatabase.open(other))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("other.db is damaged");
    }
    assertThat(Files.readAllBytes(other)).isEqualTo(before);
  }
}
