package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger commits = new AtomicInteger();
  private Connection memory;

  @BeforeEach
  void open() throws SQLException {
    memory = DriverManager.getConnection("jdbc:sqlite::memory:");
  }

  @AfterEach
  void letGo() throws SQLException {
    go.countDown();
    memory.close();
  }

  /** A database that is silent at each commit until it is let go. */
  private final class Silent implements WriteConnection {
    @Override
    public JdbcSql begin() {
      return new JdbcSql(new StatementCache(memory, 0), name -> {});
    }

    @Override
    public void commit() {
      begun.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      int unused = commits.incrementAndGet();
    }

    @Override
    public void save() {}

    @Override
    public void undo() {}

    @Override
    public void rollback() {}

    @Override
    public Trouble judge(SQLException e) {
      return Trouble.DOWN;
    }

    @Override
    public StoreDown down(SQLException e) {
      return new StoreDown("down", e);
    }

    @Override
    public void close() {}
  }

  private GroupCommit commits(Duration patience) {
    return new GroupCommit(new Committer(new Silent(), patience), patience).start();
  }

  @Test
  void who_waits_for_a_silent_database_is_told_that_nobody_knows_how_his_write_ended() {
    var commits = commits(SHORT);
    assertThatThrownBy(() -> commits.write(sql -> 1))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining("did not answer in time")
        .hasMessageContaining("unknown");
    go.countDown();
    commits.close();
  }

  @Test
  void who_waits_behind_a_silent_commit_is_told_so_and_his_work_is_never_run() throws Exception {
    var commits = commits(SHORT);
    var ran = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> commits.write(sql -> 1));
      begun.await();
      assertThatThrownBy(() -> commits.write(sql -> ran.getAndSet(true)))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("did not answer in time")
          .hasMessageNotContaining("unknown");
      assertThatThrownBy(first::get).hasCauseInstanceOf(StoreDown.class);
      go.countDown();
    }
    commits.close();
    assertThat(ran).isFalse();
  }

  @Test
  void an_interrupted_writer_stops_waiting_at_once() throws Exception {
    var commits = commits(LONG);
    var told = new CountDownLatch(1);
    var waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    int unused = commits.write(sql -> 1);
                  } catch (StoreDown e) {
                    if (String.valueOf(e.getMessage()).contains("unknown")) told.countDown();
                  }
                });
    begun.await();
    waiting.interrupt();
    told.await();
    go.countDown();
    commits.close();
  }

  @Test
  void many_writers_share_commits_and_each_gets_his_own_answer() throws Exception {
    var commits = commits(LONG);
    var answers = new ArrayList<FutureTask<Integer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> commits.write(sql -> -1));
      begun.await();
      var asking = new ArrayList<Thread>();
      for (int i = 0; i < 200; i++) {
        int own = i;
        var answer = new FutureTask<>(() -> commits.write(sql -> own));
        answers.add(answer);
        asking.add(Thread.startVirtualThread(answer));
      }
      for (Thread one : asking) Crowd.awaitQueued(one);
      go.countDown();
      assertThat(first.get()).isEqualTo(-1);
      for (int i = 0; i < answers.size(); i++) assertThat(answers.get(i).get()).isEqualTo(i);
    }
    commits.close();
    assertThat(this.commits.get()).as("four of 64 at most, and the first").isLessThan(6);
  }

  @Test
  void whoever_asks_while_it_ends_is_answered_or_refused_and_never_left_waiting() throws Exception {
    go.countDown();
    for (int round = 0; round < 50; round++) {
      var commits = commits(LONG);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          threads.execute(
              () -> {
                try {
                  while (true) {
                    int unused = commits.write(sql -> 1);
                  }
                } catch (StoreDown e) {
                  assertThat(e).hasMessageContaining("closed");
                }
              });
        }
        commits.close();
      }
    }
  }
}
