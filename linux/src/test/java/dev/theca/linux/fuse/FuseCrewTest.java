package dev.theca.linux.fuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.Cpus;
import dev.theca.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over /dev/fuse one thread serves one caller, and nobody waits for it when it is held up. */
@Timeout(120)
class FuseCrewTest extends MountTest {
  private static final int TALK = 4_000;

  /** Says that no name is there, keeps count of who says so, and may be held up. */
  private static final class Holding extends MemoryFs {
    final Map<String, Integer> calls = Collections.synchronizedMap(new HashMap<>());
    final CountDownLatch held = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);

    @Override
    public Entry lookup(FuseCaller caller, long parent, byte[] name) {
      int unused = calls.merge(Thread.currentThread().getName(), 1, Integer::sum);
      String text = new String(name, ISO_8859_1);
      if (text.startsWith("hold")) await(held, go);
      if (text.equals("release")) go.countDown();
      throw new FuseException(Errno.ENOENT);
    }

    private static void await(CountDownLatch first, CountDownLatch then) {
      first.countDown();
      try {
        then.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final Holding handler = new Holding();

  private FuseSession talk() throws Exception {
    assumeTrue(Cpus.allowed().cardinality() > 1, "on one processor nobody is alone");
    var session = FuseSession.mount(target, options(Transport.DEVICE).withCacheSeconds(0), handler);
    talk(TALK);
    return session;
  }

  private void talk(int requests) {
    for (int i = 0; i < requests; i++) assertThat(target.resolve("none" + i)).doesNotExist();
  }

  @Test
  void a_conversation_is_served_by_one_thread_most_of_the_time() throws Exception {
    try (var _ = talk()) {
      handler.calls.clear();
      talk(TALK);
      int most = Collections.max(handler.calls.values());
      assertThat(most).as(handler.calls.toString()).isGreaterThan(TALK / 2);
    }
  }

  @Test
  void a_handler_that_waits_for_another_request_gets_it() throws Exception {
    try (var _ = talk();
        var users = Executors.newVirtualThreadPerTaskExecutor()) {
      var held = users.submit(() -> Files.exists(target.resolve("hold")));
      assertThat(handler.held.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(target.resolve("release")).doesNotExist();
      assertThat(held.get(30, TimeUnit.SECONDS)).isFalse();
    }
  }

  @Test
  void with_all_threads_but_one_held_up_the_last_serves() throws Exception {
    try (var _ = talk()) {
      var users = Executors.newFixedThreadPool(3);
      try {
        var held = new java.util.ArrayList<java.util.concurrent.Future<Boolean>>();
        for (int i = 0; i < 3; i++) {
          String name = "hold" + i;
          held.add(users.submit(() -> Files.exists(target.resolve(name))));
        }
        assertThat(handler.held.await(30, TimeUnit.SECONDS)).isTrue();
        talk(TALK / 10);
        assertThat(target.resolve("release")).doesNotExist();
        for (var user : held) assertThat(user.get(30, TimeUnit.SECONDS)).isFalse();
      } finally {
        users.shutdownNow();
      }
    }
  }

  @Test
  void the_mount_ends_while_one_thread_is_alone_and_others_rest() throws Exception {
    for (int i = 0; i < 5; i++) {
      var session = talk();
      session.close();
      assertThat(threads()).isEmpty();
    }
  }

  @Test
  void a_mount_that_is_asked_nothing_takes_no_processor_time() throws Exception {
    try (var _ = talk()) {
      Thread.sleep(200);
      long before = processorNanos();
      Thread.sleep(2000);
      assertThat(processorNanos() - before).isLessThan(100_000_000);
    }
  }

  /** Nanoseconds on a processor, as proc_pid_schedstat counts them. */
  private static long processorNanos() throws IOException {
    long all = 0;
    try (var tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) all += processorNanos(task);
    }
    return all;
  }

  private static long processorNanos(Path task) throws IOException {
    try {
      if (!Files.readString(task.resolve("comm")).startsWith("fuse-")) return 0;
      return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
    } catch (NoSuchFileException e) {
      return 0; // it ended meanwhile
    }
  }
}
