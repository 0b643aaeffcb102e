package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PostgresDatabaseTest extends DatabaseContract {
  private PostgresSettings settings;

  @Override
  Database open() {
    settings = TestPostgres.fresh();
    return PostgresDatabase.open(settings);
  }

  private long number(String name) {
    return database.read(
        sql ->
            sql.one("SELECT number FROM thing WHERE name = ?", row -> row.number(1), name)
                .orElseThrow());
  }

  @Test
  void three_replicas_that_count_under_a_lock_lose_nothing() throws Exception {
    database.write(sql -> insert(sql, "count"));
    try (var second = PostgresDatabase.open(settings);
        var third = PostgresDatabase.open(settings)) {
      var callers = new ArrayList<Callable<Integer>>();
      for (var replica : List.of(database, second, third)) {
        for (int thread = 0; thread < 8; thread++) callers.add(() -> count(replica, 25));
      }
      assertThat(Crowd.outcomes(callers)).containsOnly(25);
    }
    assertThat(number("count")).isEqualTo(1 + 3 * 8 * 25);
  }

  private static int count(Database replica, int times) {
    for (int i = 0; i < times; i++) {
      replica.write(
          sql -> {
            sql.lock("count");
            long now =
                sql.one("SELECT number FROM thing WHERE name = 'count'", row -> row.number(1))
                    .orElseThrow();
            return sql.update("UPDATE thing SET number = ? WHERE name = 'count'", now + 1);
          });
    }
    return times;
  }

  @Test
  void replicas_that_lock_in_opposite_order_all_come_through() throws Exception {
    database.write(sql -> insert(sql, "a") + insert(sql, "b"));
    try (var second = PostgresDatabase.open(settings)) {
      var callers = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 2; i++) {
        callers.add(() -> both(database, "a", "b"));
        callers.add(() -> both(second, "b", "a"));
      }
      assertThat(Crowd.outcomes(callers)).containsOnly(2);
    }
    assertThat(number("a")).isEqualTo(5);
    assertThat(number("b")).isEqualTo(5);
  }

  private static int both(Database replica, String first, String then) {
    String text = "UPDATE thing SET number = number + 1 WHERE name = ?";
    return replica.write(
        sql -> {
          int rows = sql.update(text, first);
          sql.one("SELECT pg_sleep(0.005)", row -> true);
          return rows + sql.update(text, then);
        });
  }

  @Test
  void a_replica_that_is_silent_within_a_transaction_keeps_its_locks_for_the_patience_only()
      throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var silent = PostgresDatabase.open(settings.withPatience(Duration.ofSeconds(3)))) {
      var thread =
          Thread.startVirtualThread(
              () -> {
                try {
                  silent.write(
                      sql -> {
                        sql.lock("mine");
                        insert(sql, "silent");
                        inside.countDown();
                        return await(go);
                      });
                } catch (StoreDown e) {
                  assertThat(e).hasMessageContaining("unknown");
                }
              });
      inside.await();
      int rows =
          database.write(
              sql -> {
                sql.lock("mine");
                return insert(sql, "next");
              });
      assertThat(rows).isEqualTo(1);
      go.countDown();
      thread.join();
    }
    assertThat(names()).containsExactly("next");
  }

  @Test
  void a_caller_who_gives_up_before_its_turn_changes_nothing() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var busy = PostgresDatabase.open(settings.withPatience(Duration.ofSeconds(3)))) {
      var thread =
          Thread.startVirtualThread(
              () -> {
                try {
                  busy.write(
                      sql -> {
                        inside.countDown();
                        return await(go);
                      });
                } catch (StoreDown e) {
                  assertThat(e).hasMessageContaining("unknown");
                }
              });
      inside.await();
      assertThatThrownBy(() -> busy.write(sql -> insert(sql, "late")))
          .isInstanceOf(StoreDown.class)
          .hasMessageNotContaining("unknown");
      go.countDown();
      thread.join();
      busy.write(sql -> insert(sql, "later"));
    }
    assertThat(names()).containsExactly("later");
  }

  @Test
  void commits_wait_for_the_disk_even_where_the_server_says_otherwise() {
    String text = "SELECT current_setting('synchronous_commit')";
    String said = database.write(sql -> sql.one(text, row -> row.text(1)).orElseThrow());
    assertThat(said).isEqualTo("on");
  }

  @Test
  void a_connection_that_the_server_ended_is_replaced_unseen() {
    String end =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()";
    try (var other = PostgresDatabase.open(settings)) {
      database.write(sql -> insert(sql, "a"));
      assertThat(names()).hasSize(1);
      long ended = other.write(sql -> sql.one(end, row -> row.number(1)).orElseThrow());
      assertThat(ended).isPositive();
      database.write(sql -> insert(sql, "b"));
      assertThat(names()).containsExactly("a", "b");
    }
  }
}
