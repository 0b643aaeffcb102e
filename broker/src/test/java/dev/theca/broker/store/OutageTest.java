package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class OutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long BOUND_MILLIS = PATIENCE.toMillis() + 10_000;

  private final ConcurrentLinkedQueue<Long> acknowledged = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> undone = new ConcurrentLinkedQueue<>();
  private final AtomicLong numbers = new AtomicLong();

  private static int insert(Sql sql, long number) throws java.sql.SQLException {
    return sql.update("INSERT INTO done (number) VALUES (?)", number);
  }

  private void write(Database database) {
    long number = numbers.incrementAndGet();
    try {
      int unused = database.write(sql -> insert(sql, number));
      acknowledged.add(number);
    } catch (StoreDown e) {
      if (!String.valueOf(e.getMessage()).contains("unknown")) undone.add(number);
    }
  }

  private static List<Long> numbersIn(Database database) {
    return database.read(sql -> sql.list("SELECT number FROM done", row -> row.number(1)));
  }

  private static void waitUntilThereIs(ConcurrentLinkedQueue<Long> queue, int more)
      throws InterruptedException {
    int goal = queue.size() + more;
    long end = System.nanoTime() + 60_000_000_000L;
    while (queue.size() < goal) {
      assertThat(System.nanoTime()).as("%s of %s", queue.size(), goal).isLessThan(end);
      Thread.sleep(5);
    }
  }

  @Test
  void a_database_that_goes_and_comes_back_loses_nothing_and_says_so_meanwhile() throws Exception {
    try (var server = TestPostgres.start();
        var database = PostgresDatabase.open(server.database().withPatience(PATIENCE))) {
      database.write(sql -> sql.update("CREATE TABLE done (number BIGINT PRIMARY KEY)"));
      var end = new AtomicBoolean();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 16; i++) {
          threads.execute(
              () -> {
                while (!end.get()) write(database);
              });
        }
        waitUntilThereIs(acknowledged, 50);
        server.stop();
        isDownWithinTheBound(database);
        waitUntilThereIs(undone, 1);
        server.again();
        waitUntilThereIs(acknowledged, 50);
        assertThat(database.available()).isTrue();
        end.set(true);
      }
      assertThat(numbersIn(database)).containsAll(acknowledged).doesNotContainAnyElementsOf(undone);
    }
  }

  @Test
  void an_answer_that_never_comes_is_an_unknown_outcome_and_not_waited_for_long() throws Exception {
    var direct = TestPostgres.fresh();
    try (var network = new Proxy(direct.port());
        var database = PostgresDatabase.open(through(network, direct))) {
      database.write(sql -> sql.update("CREATE TABLE done (number BIGINT PRIMARY KEY)"));
      assertThat(numbersIn(database)).isEmpty();
      long start = System.nanoTime();
      assertThatThrownBy(
              () ->
                  database.write(
                      sql -> {
                        int rows = insert(sql, 1);
                        network.silence(true); // only the commit's answer is missing
                        return rows;
                      }))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("the outcome of the write is unknown");
      assertThat(millisSince(start)).isLessThan(BOUND_MILLIS);

      start = System.nanoTime();
      assertThatThrownBy(() -> numbersIn(database)).isInstanceOf(StoreDown.class);
      assertThat(millisSince(start)).isLessThan(BOUND_MILLIS);
      network.silence(false);
      waitUntil(database::available);
      waitUntil(() -> inserted(database, 2));
      assertThat(numbersIn(database)).as("it was committed").containsExactlyInAnyOrder(1L, 2L);
    }
  }

  private static PostgresSettings through(Proxy network, PostgresSettings direct) {
    return new PostgresSettings(
        "localhost",
        network.port(),
        direct.database(),
        direct.user(),
        direct.password(),
        direct.tls(),
        PATIENCE);
  }

  private static boolean inserted(Database database, long number) {
    try {
      return database.write(sql -> insert(sql, number)) == 1;
    } catch (StoreDown e) {
      return false;
    }
  }

  private static void waitUntil(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  private static void isDownWithinTheBound(Database database) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> database.write(sql -> insert(sql, -1)))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining("cannot be reached");
    assertThat(millisSince(start)).isLessThan(BOUND_MILLIS);
    start = System.nanoTime();
    assertThatThrownBy(() -> numbersIn(database))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining("cannot be reached");
    assertThat(millisSince(start)).isLessThan(BOUND_MILLIS);
    assertThat(database.available()).isFalse();
  }

  private static long millisSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }
}
