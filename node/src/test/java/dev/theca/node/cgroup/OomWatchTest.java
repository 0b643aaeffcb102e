package dev.theca.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real kills in version 1, changed files in place of version 2. */
@Timeout(120)
class OomWatchTest {
  private static final long LIMIT = 24 << 20;

  @TempDir Path base;

  private static Cgroup memory(String path) {
    return new CgroupTree(RealGroups.BASE, false).parse("4:memory:/" + path + "\n");
  }

  private static boolean told(Semaphore told) throws InterruptedException {
    return told.tryAcquire(60, TimeUnit.SECONDS);
  }

  @Test
  void a_kill_of_a_child_is_told_while_the_group_lives_on() throws Exception {
    try (var groups = RealGroups.ofVersion1();
        var watch = new OomWatch()) {
      Path group = groups.limited("", LIMIT);
      var told = new Semaphore(0);
      try (var handle = watch.watch(memory(groups.name()), told::release)) {
        assertThat(handle.killed()).isFalse();
        var parent =
            groups.run("sh -c '" + RealGroups.GREEDY + "' || true; read x < /dev/zero", group);
        assertThat(told(told)).isTrue();
        assertThat(handle.killed()).isTrue();
        assertThat(parent).isNotDone();
      }
      assertThat(watch.size()).isZero();
    }
  }

  @Test
  void a_kill_of_init_is_known_when_its_exit_is() throws Exception {
    try (var groups = RealGroups.ofVersion1();
        var watch = new OomWatch()) {
      Path group = groups.limited("", LIMIT);
      var told = new AtomicInteger();
      try (var handle = watch.watch(memory(groups.name()), told::incrementAndGet)) {
        for (int round = 1; round <= 5; round++) {
          var end = groups.run(RealGroups.GREEDY, group).get(60, TimeUnit.SECONDS);
          assertThat(end.status()).isEqualTo(137);
          assertThat(handle.killed()).isTrue();
          assertThat(told.get()).as("each is told once, whoever saw it first").isEqualTo(round);
        }
      }
    }
  }

  @Test
  void the_removal_of_a_group_is_no_kill() throws Exception {
    try (var groups = RealGroups.ofVersion1();
        var others = RealGroups.ofVersion1();
        var watch = new OomWatch()) {
      Path group = groups.limited("", LIMIT);
      Path other = others.limited("", LIMIT);
      var removed = new AtomicInteger();
      var told = new Semaphore(0);
      try (var handle = watch.watch(memory(groups.name()), removed::incrementAndGet);
          var later = watch.watch(memory(others.name()), told::release)) {
        assertThat(groups.run("exit 0", group).get(60, TimeUnit.SECONDS).status()).isZero();
        groups.remove();
        assertThat(group).doesNotExist();
        var unused = others.run(RealGroups.GREEDY, other);
        assertThat(told(told)).as("the thread is alive and has seen what came before").isTrue();
        assertThat(handle.killed()).isFalse();
        assertThat(later.killed()).isTrue();
        assertThat(removed).hasValue(0);
      }
    }
  }

  @Test
  void a_neighbour_in_a_pod_that_is_short_of_memory_is_not_accused() throws Exception {
    try (var groups = RealGroups.ofVersion1();
        var watch = new OomWatch()) {
      groups.limited("", LIMIT);
      Path quiet = groups.make("memory", "quiet");
      Path greedy = groups.make("memory", "greedy");
      var neighbour = new AtomicInteger();
      var told = new Semaphore(0);
      try (var one = watch.watch(memory(groups.name() + "/quiet"), neighbour::incrementAndGet);
          var two = watch.watch(memory(groups.name() + "/greedy"), told::release)) {
        var running = groups.run("exec sleep 1000", quiet);
        assertThat(groups.run(RealGroups.GREEDY, greedy).get(60, TimeUnit.SECONDS).status())
            .isEqualTo(137);
        assertThat(told(told)).isTrue();
        assertThat(two.killed()).isTrue();
        assertThat(one.killed()).isFalse();
        assertThat(neighbour).hasValue(0);
        assertThat(running).isNotDone();
        assertThat(memory(groups.name()).oomKills()).as("the pod counts it").hasValue(1);
      }
    }
  }

  @Test
  void a_closed_watch_tells_nothing() throws Exception {
    try (var groups = RealGroups.ofVersion1();
        var watch = new OomWatch()) {
      Path group = groups.limited("", LIMIT);
      var told = new AtomicInteger();
      var handle = watch.watch(memory(groups.name()), told::incrementAndGet);
      handle.close();
      handle.close();
      var end = groups.run(RealGroups.GREEDY, group).get(60, TimeUnit.SECONDS);
      assertThat(end.status()).isEqualTo(137);
      assertThat(handle.killed()).isFalse();
      assertThat(told).hasValue(0);
    }
  }

  @Test
  void a_risen_count_of_version_2_is_told_once_and_other_events_are_not() throws Exception {
    var group = FakedGroup.in(base, "c");
    group.file("memory.events", "oom 0\noom_kill 3\n").file("cgroup.events", "populated 1\n");
    var told = new Semaphore(0);
    try (var watch = new OomWatch();
        var handle = watch.watch(new CgroupTree(base, true).parse("0::/c\n"), told::release)) {
      assertThat(watch.size()).isEqualTo(2);
      group.file("memory.events", "oom 1\noom_kill 3\n");
      assertThat(handle.killed())
          .as("what was killed before the watch is not its business")
          .isFalse();
      group.file("memory.events", "oom 1\noom_kill 4\n");
      assertThat(told(told)).isTrue();
      group.file("cgroup.events", "populated 0\n");
      assertThat(handle.killed()).isTrue();
      assertThat(told.availablePermits()).isZero();
    }
  }

  @Test
  void two_watches_of_one_group_of_version_2_are_both_told() throws Exception {
    var group = FakedGroup.in(base, "c");
    group.file("memory.events", "oom_kill 0\n").file("cgroup.events", "populated 1\n");
    var cgroup = new CgroupTree(base, true).parse("0::/c\n");
    var one = new Semaphore(0);
    var two = new Semaphore(0);
    try (var watch = new OomWatch()) {
      var first = watch.watch(cgroup, one::release);
      var second = watch.watch(cgroup, two::release);
      group.file("memory.events", "oom_kill 1\n");
      assertThat(told(one) && told(two)).isTrue();
      first.close();
      group.file("memory.events", "oom_kill 2\n");
      assertThat(told(two)).isTrue();
      assertThat(one.availablePermits()).isZero();
      Files.delete(group.folder().resolve("memory.events"));
      second.close();
      assertThat(watch.size()).isZero();
    }
  }

  @Test
  void a_fault_of_the_listener_does_not_end_the_watch() throws Exception {
    var group = FakedGroup.in(base, "c");
    group.file("memory.events", "oom_kill 0\n").file("cgroup.events", "populated 1\n");
    var calls = new Semaphore(0);
    try (var watch = new OomWatch();
        var handle =
            watch.watch(
                new CgroupTree(base, true).parse("0::/c\n"),
                () -> {
                  calls.release();
                  throw new IllegalStateException("the listener's own fault");
                })) {
      group.file("memory.events", "oom_kill 1\n");
      assertThat(told(calls)).isTrue();
      group.file("memory.events", "oom_kill 2\n");
      assertThat(told(calls)).isTrue();
      assertThat(handle.killed()).isTrue();
    }
  }

  @Test
  void a_group_without_a_memory_controller_is_never_killed() throws Exception {
    Files.createDirectories(base.resolve("c"));
    try (var watch = new OomWatch();
        var handle = watch.watch(new CgroupTree(base, true).parse("0::/c\n"), () -> {})) {
      assertThat(handle.killed()).isFalse();
      assertThat(watch.size()).isZero();
    }
  }

  /** A pod's group with those of two containers in it, as systemd's driver makes them. */
  private FakedGroup pod(String... containers) throws Exception {
    var pod = FakedGroup.in(base, "pod.slice").file("memory.events", "oom_kill 0\n");
    for (String name : containers)
      FakedGroup.in(pod.folder(), name)
          .file("memory.events", "oom_kill 0\n")
          .file("cgroup.events", "populated 1\n");
    return pod;
  }

  private Cgroup below(String name) {
    return new CgroupTree(base, true).parse("0::/pod.slice/" + name + "\n");
  }

  private static void remove(FakedGroup pod, String name) throws Exception {
    Path group = pod.folder().resolve(name);
    for (String file : new String[] {"memory.events", "cgroup.events"})
      Files.delete(group.resolve(file));
    Files.delete(group);
  }

  @Test
  void a_kill_is_known_when_the_group_went_before_its_count_was_read() throws Exception {
    var pod = pod("one", "two");
    var told = new Semaphore(0);
    try (var watch = new OomWatch();
        var one = watch.watch(below("one"), told::release);
        var two = watch.watch(below("two"), () -> {})) {
      remove(pod, "one");
      assertThat(one.killedWithInit()).as("killed by somebody").isFalse();
      pod.file("memory.events", "oom_kill 1\n");
      assertThat(one.killedWithInit()).isTrue();
      assertThat(told.availablePermits()).isEqualTo(1);
      remove(pod, "two");
      assertThat(two.killedWithInit()).as("that kill was the other's").isFalse();
    }
  }

  @Test
  void a_kill_beside_a_group_that_went_is_its_neighbours() throws Exception {
    var pod = pod("one", "two");
    var told = new Semaphore(0);
    try (var watch = new OomWatch();
        var one = watch.watch(below("one"), () -> {});
        var two = watch.watch(below("two"), told::release)) {
      remove(pod, "one");
      new FakedGroup(pod.folder().resolve("two")).file("memory.events", "oom_kill 1\n");
      pod.file("memory.events", "oom_kill 1\n");
      assertThat(one.killedWithInit()).isFalse();
      assertThat(told(told)).isTrue();
      assertThat(two.killed()).isTrue();
    }
  }

  @Test
  void kills_before_a_watch_are_not_its_business_and_nothing_is_kept_after_it() throws Exception {
    var pod = pod("one").file("memory.events", "oom_kill 7\n");
    try (var watch = new OomWatch()) {
      try (var one = watch.watch(below("one"), () -> {})) {
        remove(pod, "one");
        assertThat(one.killedWithInit()).isFalse();
        assertThat(watch.ledger().size()).isEqualTo(1);
      }
      assertThat(watch.ledger().size()).isZero();
    }
  }
}
