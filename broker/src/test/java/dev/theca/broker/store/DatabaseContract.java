package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What both databases promise. */
abstract class DatabaseContract {
  private static final String INSERT = "INSERT INTO thing (name, number, data) VALUES (?, ?, ?)";

  Database database;

  /** An empty one. */
  abstract Database open() throws Exception;

  @BeforeEach
  void anEmptyTable() throws Exception {
    database = open();
    database.write(
        sql ->
            sql.update(
                "CREATE TABLE thing (name TEXT PRIMARY KEY, number BIGINT NOT NULL, data "
                    + bytes()
                    + " NOT NULL)"));
  }

  private String bytes() {
    return database instanceof PostgresDatabase ? "BYTEA" : "BLOB";
  }

  @AfterEach
  void close() {
    database.close();
  }

  static int insert(Sql sql, String name) throws SQLException {
    return sql.update(INSERT, name, 1, new byte[] {1});
  }

  List<String> names() {
    return database.read(
        sql -> sql.list("SELECT name FROM thing ORDER BY name", row -> row.text(1)));
  }

  @Test
  void what_was_written_is_read_unchanged() {
    byte[] data = {0, -1, 127, -128, 39, 0};
    database.write(sql -> sql.update(INSERT, "náme ' ? \n €😀", Long.MIN_VALUE, data));

    var back =
        database.read(
            sql ->
                sql.one(
                    "SELECT name, number, data FROM thing WHERE number = ?",
                    row -> List.of(row.text(1), row.number(2), List.of(box(row.bytes(3)))),
                    Long.MIN_VALUE));
    assertThat(back).contains(List.of("náme ' ? \n €😀", Long.MIN_VALUE, List.of(box(data))));
  }

  private static String box(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  @Test
  void returning_answers_a_change() {
    var name =
        database.write(
            sql -> sql.one(INSERT + " RETURNING name", row -> row.text(1), "a", 1, new byte[0]));
    assertThat(name).contains("a");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void a_work_that_throws_is_undone_and_its_exception_is_its_callers() {
    var mine = new IllegalStateException("mine");
    assertThatThrownBy(
            () ->
                database.write(
                    sql -> {
                      insert(sql, "a");
                      throw mine;
                    }))
        .isSameAs(mine);
    assertThat(names()).isEmpty();
  }

  @Test
  void sixty_four_callers_write_at_once_and_the_failing_one_fails_alone() throws Exception {
    var callers = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 64; i++) {
      int caller = i;
      callers.add(
          () -> {
            int done = 0;
            for (int k = 0; k < 10; k++) {
              String name = caller + "-" + k;
              done +=
                  database.write(
                      sql -> {
                        int rows = insert(sql, name) + insert(sql, name + "b");
                        if (name.equals("13-5")) throw new IllegalStateException(name);
                        return rows;
                      });
            }
            return done;
          });
    }
    var outcomes = Crowd.outcomes(callers);
    for (int i = 0; i < 64; i++) {
      if (i == 13) {
        assertThat(outcomes.get(i))
            .isInstanceOfSatisfying(
                IllegalStateException.class, e -> assertThat(e).hasMessage("13-5"));
      } else {
        assertThat(outcomes.get(i)).isEqualTo(20);
      }
    }
    assertThat(names()).hasSize(63 * 20 + 5 * 2).doesNotContain("13-5", "13-5b", "13-6");
  }

  @Test
  void works_that_fail_are_undone_alone_among_those_that_share_their_commit() throws Exception {
    var fault = new IllegalArgumentException("bad");
    var outcomes =
        Crowd.together(
            database,
            List.of(
                sql -> insert(sql, "a"),
                sql -> insert(sql, "b") + insert(sql, "a"),
                sql -> insert(sql, "c"),
                sql -> {
                  insert(sql, "d");
                  throw fault;
                },
                sql -> insert(sql, "d"),
                sql -> sql.update("INSERT INTO nowhere VALUES (1)")));

    assertThat(outcomes.get(0)).isEqualTo(1);
    assertThat(outcomes.get(1)).isInstanceOf(StoreFault.class);
    assertThat(outcomes.get(2)).isEqualTo(1);
    assertThat(outcomes.get(3)).isSameAs(fault);
    assertThat(outcomes.get(4)).isEqualTo(1);
    assertThat(outcomes.get(5)).isInstanceOf(StoreFault.class);
    assertThat(names()).containsExactly("a", "c", "d");
  }

  @Test
  void a_work_that_hides_a_refused_statement_is_not_acknowledged_and_harms_no_other()
      throws Exception {
    var outcomes =
        Crowd.together(
            database,
            List.of(
                sql -> insert(sql, "a"),
                sql -> {
                  int rows = insert(sql, "b");
                  try {
                    insert(sql, "a");
                  } catch (SQLException e) {
                    rows++;
                  }
                  return rows;
                },
                sql -> insert(sql, "c")));
    assertThat(outcomes.get(0)).isEqualTo(1);
    assertThat(outcomes.get(1)).isInstanceOf(StoreFault.class);
    assertThat(outcomes.get(2)).isEqualTo(1);
    assertThat(names()).containsExactly("a", "c");
  }

  @Test
  void later_updates_are_seen_by_what_reads_next_and_undone_with_their_work() throws Exception {
    Work<Integer> fails =
        sql -> {
          later(sql, "b");
          throw new IllegalStateException("no");
        };
    Work<Long> reads =
        sql -> {
          later(sql, "c");
          later(sql, "d");
          return sql.one("SELECT count(*) FROM thing", row -> row.number(1)).orElseThrow();
        };
    var outcomes =
        Crowd.together(database, List.of(sql -> later(sql, "a"), fails, reads, fails, fails));
    assertThat(outcomes.get(2)).isEqualTo(3L);
    assertThat(names()).containsExactly("a", "c", "d");
  }

  private static int later(Sql sql, String name) throws SQLException {
    sql.updateLater(INSERT, name, 1, new byte[0]);
    return 1;
  }

  @Test
  void a_later_update_that_is_refused_undoes_its_work_alone() throws Exception {
    insertOne("a");
    var outcomes =
        Crowd.together(
            database,
            List.of(sql -> later(sql, "b"), sql -> later(sql, "a"), sql -> later(sql, "c")));
    assertThat(outcomes.get(0)).isEqualTo(1);
    assertThat(outcomes.get(1)).isInstanceOf(StoreFault.class);
    assertThat(outcomes.get(2)).isEqualTo(1);
    assertThat(names()).containsExactly("a", "b", "c");
  }

  private void insertOne(String name) {
    int unused = database.write(sql -> insert(sql, name));
  }

  private record Mark(String text) {}

  @Test
  void what_a_work_keeps_is_of_its_transaction_and_gone_once_a_work_was_undone() throws Exception {
    Work<String> keeps =
        sql -> {
          String before = sql.kept(Mark.class).map(Mark::text).orElse("none");
          sql.keep(new Mark(before + "+"));
          return before;
        };
    assertThat(database.write(keeps)).isEqualTo("none");
    assertThat(Crowd.together(database, List.of(keeps, keeps))).containsExactly("none", "none+");
    Work<String> fails =
        sql -> {
          sql.keep(new Mark("wrong"));
          throw new IllegalStateException("no");
        };
    assertThat(Crowd.together(database, List.of(keeps, fails, keeps))).element(2).isEqualTo("none");
  }

  @Test
  void nothing_is_kept_or_put_off_by_a_read() {
    assertThatThrownBy(() -> database.read(sql -> later(sql, "a")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                database.read(
                    sql -> {
                      sql.keep(new Mark("a"));
                      return 0;
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void the_last_word_is_said_once_for_the_works_that_share_a_commit() throws Exception {
    var said = new AtomicInteger();
    database.beforeCommit(
        "count",
        sql -> {
          long things = sql.one("SELECT count(*) FROM thing", row -> row.number(1)).orElseThrow();
          return insert(sql, "said " + said.incrementAndGet() + " of " + things);
        });
    Crowd.together(
        database,
        List.of(sql -> insert(sql, "a"), sql -> insert(sql, "b"), sql -> insert(sql, "c")));
    // once for the work that held the others up, once for these together
    assertThat(names()).containsExactly("a", "b", "c", "said 1 of 0", "said 2 of 4");
  }

  @Test
  void a_last_word_that_fails_undoes_all_that_shared_the_commit() throws Exception {
    var refusing = new AtomicReference<RuntimeException>();
    database.beforeCommit("sign", sql -> false);
    database.beforeCommit(
        "sign",
        sql -> {
          insert(sql, "signature " + System.nanoTime());
          if (refusing.get() != null) throw refusing.get();
          return true;
        });
    refusing.set(new IllegalStateException("no key"));
    var outcomes =
        Crowd.together(database, List.of(sql -> insert(sql, "a"), sql -> insert(sql, "b")));
    assertThat(outcomes).containsOnly(refusing.get());
    assertThat(names()).isEmpty();
  }

  @Test
  void a_read_waits_for_no_writer_and_sees_nothing_uncommitted() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var writer =
        Thread.startVirtualThread(
            () ->
                database.write(
                    sql -> {
                      insert(sql, "a");
                      inside.countDown();
                      return await(go);
                    }));
    inside.await();
    assertThat(names()).isEmpty();
    go.countDown();
    writer.join();
    assertThat(names()).containsExactly("a");
  }

  static boolean await(CountDownLatch go) {
    try {
      go.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_read_cannot_write() {
    assertThatThrownBy(() -> database.read(sql -> insert(sql, "a"))).isInstanceOf(StoreFault.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void a_lock_is_for_writes_only() {
    assertThatThrownBy(
            () ->
                database.read(
                    sql -> {
                      sql.lock("a");
                      return 1;
                    }))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_write_within_a_write_is_a_fault_and_does_not_hang() {
    assertThatThrownBy(() -> database.write(sql -> database.write(inner -> insert(inner, "a"))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_text_may_be_used_within_its_own_rows() {
    database.write(sql -> insert(sql, "a") + insert(sql, "b"));
    String text = "SELECT name FROM thing WHERE name >= ? ORDER BY name";
    var nested =
        database.write(
            sql -> sql.list(text, row -> sql.list(text, r -> r.text(1), row.text(1)), "a"));
    assertThat(nested).containsExactly(List.of("a", "b"), List.of("b"));
  }

  @Test
  void more_statements_than_are_kept_work_too() {
    for (int i = 0; i < 300; i++) {
      String text = "SELECT " + i + " FROM migration LIMIT 1";
      long expected = i;
      assertThat(database.<Long>write(sql -> sql.one(text, row -> row.number(1)).orElseThrow()))
          .isEqualTo(expected);
    }
  }

  @Test
  void a_closed_database_is_down() {
    assertThat(database.available()).isTrue();
    database.close();
    assertThatThrownBy(() -> database.write(sql -> insert(sql, "a"))).isInstanceOf(StoreDown.class);
  }

  @Test
  void one_leads_until_it_is_silent_for_a_lease() {
    var now = new AtomicReference<>(Instant.ofEpochMilli(1_000_000));
    var a = new Leader(database, "sweep", Duration.ofSeconds(30), now::get);
    var b = new Leader(database, "sweep", Duration.ofSeconds(30), now::get);
    var other = new Leader(database, "rotate", Duration.ofSeconds(30), now::get);
    var done = new AtomicInteger();

    assertThat(a.run(done::incrementAndGet)).isTrue();
    assertThat(b.run(done::incrementAndGet)).isFalse();
    assertThat(other.run(done::incrementAndGet)).isTrue();
    now.set(now.get().plusSeconds(29));
    assertThat(a.run(done::incrementAndGet)).isTrue();
    now.set(now.get().plusSeconds(29));
    assertThat(b.run(done::incrementAndGet)).isFalse();
    now.set(now.get().plusSeconds(1));
    assertThat(b.run(done::incrementAndGet)).as("a was silent for 30 s").isTrue();
    assertThat(a.run(done::incrementAndGet)).isFalse();
    b.resign();
    assertThat(a.run(done::incrementAndGet)).isTrue();
    assertThat(done).hasValue(5);
  }

  @Test
  void a_lease_from_a_wrong_clock_is_not_forever() {
    var now = Instant.ofEpochMilli(1_000_000);
    var wrong = now.plus(Duration.ofDays(365));
    var lease = Duration.ofSeconds(30);
    assertThat(new Leader(database, "sweep", lease, () -> wrong).run(() -> {})).isTrue();
    assertThat(new Leader(database, "sweep", lease, () -> now).run(() -> {})).isTrue();
  }
}
