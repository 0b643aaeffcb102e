package dev.theca.node.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that came and went leave nothing in this process; {@code theca.test.runs} of them. */
@Timeout(1200)
class LeakTest {
  private static final int RUNS = Integer.getInteger("theca.test.runs", 25);
  private static final int WARM_UP = 5;

  @TempDir Path folder;
  private Stand stand;

  @BeforeEach
  void stand() throws Exception {
    assumeTrue(Stand.possible(), "needs root, runc and busybox-static");
    stand = new Stand(folder);
  }

  @AfterEach
  void clean() throws Exception {
    if (stand != null) stand.close();
  }

  private void once() throws Exception {
    var box = stand.box("a", "cat").talking().listening().run();
    box.exec("e", "", box.fifo("tty"), true, "true");
    box.start("e");
    assertThat(box.await("e")).isZero();
    box.delete("e");
    box.exec("never", "true");
    box.closeInput("");
    assertThat(box.await()).isZero();
    box.delete();
    assertThat(box.bytes("out")).isEmpty();
    assertThat(box.bytes("err")).isEmpty();
    assertThat(box.bytes("tty")).isEmpty();
    try (var left = Files.list(box.bundle)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "rootfs", "init.pid", "theca.json");
    }
  }

  private static int descriptors() {
    return count("/proc/self/fd");
  }

  /**
   * Platform threads without the virtual machine's own: carriers, and those of this test's tools.
   */
  private static int threads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> !name.startsWith("ForkJoinPool") && !name.startsWith("process reaper"))
            .count();
  }

  private static int count(String folder) {
    try (var list = Files.list(Path.of(folder))) {
      return (int) list.count();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The count once it is as low as wanted, or after a while. */
  private static int settled(IntSupplier count, int wanted) throws InterruptedException {
    for (int i = 0; i < 3000 && count.getAsInt() > wanted; i++) Thread.sleep(10);
    return count.getAsInt();
  }

  @Test
  void containers_that_are_gone_leave_no_descriptor_thread_file_or_address() throws Exception {
    for (int i = 0; i < WARM_UP; i++) once();
    Thread.sleep(1000);
    int descriptors = descriptors();
    int threads = threads();
    for (int i = 0; i < RUNS; i++) once();
    assertThat(settled(LeakTest::descriptors, descriptors)).isLessThanOrEqualTo(descriptors);
    assertThat(settled(LeakTest::threads, threads)).isLessThanOrEqualTo(threads);
    assertThat(settled(stand.events::size, 0)).isZero();
    assertThat(folder.resolve("pty")).isEmptyDirectory();
    assertThat(stand.runcRoot.resolve(Stand.NAMESPACE)).isEmptyDirectory();
  }
}
