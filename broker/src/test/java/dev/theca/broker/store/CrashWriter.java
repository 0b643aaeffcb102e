package dev.theca.broker.store;

import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** The program that is killed: writes pairs of rows and says the number of each that is durable. */
final class CrashWriter {
  private static final String INSERT = "INSERT INTO pair (number, half) VALUES (?, ?)";

  private CrashWriter() {}

  public static void main(String[] where) throws Exception {
    var numbers = new AtomicLong(Long.parseLong(where[1]));
    try (var database = open(where[0]);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        var unused = threads.submit(() -> write(database, numbers));
      }
    }
  }

  static Database open(String where) {
    return where.startsWith("postgres:")
        ? PostgresDatabase.open(PostgresSettings.parse(where).orThrow())
        : SqliteDatabase.open(Path.of(where));
  }

  private static Object write(Database database, AtomicLong numbers) {
    while (true) {
      long number = numbers.incrementAndGet();
      int rows =
          database.write(sql -> sql.update(INSERT, number, "a") + sql.update(INSERT, number, "b"));
      synchronized (System.out) {
        System.out.println(number + " " + rows);
        System.out.flush();
      }
    }
  }
}
