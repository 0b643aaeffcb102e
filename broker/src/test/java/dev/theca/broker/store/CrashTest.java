package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
  private static final int ROUNDS = 3;

  /** So many writes of a round were acknowledged before its process is killed. */
  private static final int ENOUGH = 3;

  @TempDir Path folder;

  @Test
  void what_a_killed_broker_acknowledged_is_in_its_file_and_nothing_is_half() throws Exception {
    killed(folder.resolve("store.db").toString());
  }

  @Test
  void what_a_killed_broker_acknowledged_is_in_postgresql_and_nothing_is_half() throws Exception {
    var settings = TestPostgres.fresh();
    killed(settings + "?sslmode=disable");
  }

  private void killed(String where) throws Exception {
    try (var database = CrashWriter.open(where)) {
      database.write(sql -> sql.update("CREATE TABLE pair (number BIGINT, half TEXT)"));
    }
    var random = new Random();
    var acknowledged = new ArrayList<Long>();
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged.addAll(round(where, round * 1_000_000_000L, 50 + random.nextInt(300)));
      try (var database = CrashWriter.open(where)) {
        check(database, acknowledged);
      }
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * ENOUGH);
  }

  private static long lines(Path said) throws IOException {
    return Files.readString(said).chars().filter(c -> c == '\n').count();
  }

  private List<Long> round(String where, long first, int millis) throws Exception {
    var said = folder.resolve("said" + first);
    var process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                CrashWriter.class.getName(),
                where,
                Long.toString(first))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(said.toFile())
            .start();
    try {
      while (lines(said) < ENOUGH && process.isAlive()) Thread.sleep(5);
      Thread.sleep(millis);
      assertThat(process.isAlive()).as("the writer goes on until it is killed").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    var whole = Files.readString(said, StandardCharsets.UTF_8);
    whole = whole.substring(0, whole.lastIndexOf('\n') + 1); // the last line may be cut
    return whole.lines().map(line -> Long.valueOf(line.split(" ")[0])).toList();
  }

  private static void check(Database database, List<Long> acknowledged) {
    var pairs =
        database.read(
            sql ->
                sql.list(
                    "SELECT number, count(*), count(DISTINCT half) FROM pair GROUP BY number",
                    row -> List.of(row.number(1), row.number(2), row.number(3))));
    assertThat(pairs).allSatisfy(pair -> assertThat(pair.subList(1, 3)).containsExactly(2L, 2L));
    assertThat(pairs.stream().map(List::getFirst).toList()).containsAll(acknowledged);
  }

  private static String classPath() {
    Path root = Path.of(System.getProperty("theca.root", ".."));
    return String.join(
        File.pathSeparator,
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path", ""),
        root.resolve("broker/target/test-classes").toString(),
        root.resolve("broker/target/classes").toString());
  }
}
