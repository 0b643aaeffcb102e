package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFullTest {
  @TempDir Path folder;
  private boolean mounted;

  @BeforeEach
  void mountASmallDisk() throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "theca-test", folder.toString()) == 0;
    assumeTrue(mounted, "needs root and the right to mount a tmpfs");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) assertThat(run("umount", folder.toString())).isZero();
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static int insert(Sql sql, long number) throws java.sql.SQLException {
    return sql.update("INSERT INTO thing (number, data) VALUES (?, ?)", number, new byte[20_000]);
  }

  @Test
  void a_full_disk_is_said_loses_nothing_and_is_over_when_there_is_space() throws Exception {
    var filler = folder.resolve("filler");
    Files.write(filler, new byte[500_000]);
    var file = folder.resolve("store.db");
    var acknowledged = new ArrayList<Long>();
    try (var database = SqliteDatabase.open(file)) {
      database.write(sql -> sql.update("CREATE TABLE thing (number BIGINT, data BLOB)"));
      assertThatThrownBy(
              () -> {
                for (long number = 0; number < 200; number++) {
                  long next = number;
                  database.write(sql -> insert(sql, next));
                  acknowledged.add(next);
                }
              })
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("is full; free space");
      assertThat(acknowledged).isNotEmpty();
      assertThat(numbers(database)).containsExactlyElementsOf(acknowledged);

      Files.delete(filler);
      database.write(sql -> insert(sql, 1000));
      acknowledged.add(1000L);
    }
    try (var database = SqliteDatabase.open(file)) {
      assertThat(numbers(database)).containsExactlyElementsOf(acknowledged);
    }
  }

  private static java.util.List<Long> numbers(Database database) {
    return database.read(
        sql -> sql.list("SELECT number FROM thing ORDER BY number", row -> row.number(1)));
  }
}
