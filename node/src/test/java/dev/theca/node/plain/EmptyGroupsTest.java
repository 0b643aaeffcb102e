package dev.theca.node.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control groups that a killed runtime left, of the kernel's own. */
class EmptyGroupsTest {
  private static final Path BASE = Path.of("/sys/fs/cgroup");

  @TempDir Path folder;
  private final String path = "/theca-test-empty-" + ProcessHandle.current().pid();
  private Path group = BASE;

  @BeforeEach
  void group() throws Exception {
    Path pids = BASE.resolve("pids");
    group = Path.of((Files.isDirectory(pids) ? pids : BASE) + path);
    assumeTrue(Files.isWritable(BASE), "needs root and a control group");
    Files.createDirectory(group);
  }

  @AfterEach
  void end() throws Exception {
    for (int i = 0; i < 1000 && Files.exists(group); i++) {
      try {
        Files.deleteIfExists(group);
      } catch (java.io.IOException e) {
        Thread.sleep(10);
      }
    }
  }

  /** A process in the group, with this name. */
  private Process inside(String name, String seconds) throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), folder.resolve(name));
    var process = new ProcessBuilder(program.toString(), seconds).start();
    for (int i = 0; i < 3000; i++) {
      if (Files.readString(Path.of("/proc/" + process.pid() + "/comm")).startsWith(name)) break;
      Thread.sleep(10);
    }
    Files.writeString(group.resolve("cgroup.procs"), process.pid() + "");
    return process;
  }

  @Test
  void one_that_a_runtime_leaves_goes_when_its_child_has_ended() throws Exception {
    var child = inside("runc-init", "1000");
    var end =
        CompletableFuture.runAsync(
            child::destroy, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
    EmptyGroups.remove(BASE, path, Duration.ofSeconds(60));
    assertThat(group).doesNotExist();
    end.join();
    assertThat(child.waitFor()).isEqualTo(143);
  }

  @Test
  void one_that_others_use_stays_and_is_not_waited_for() throws Exception {
    var other = inside("other", "1000");
    try {
      EmptyGroups.remove(BASE, path, Duration.ofDays(1));
      assertThat(group).exists();
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_child_that_does_not_end_is_not_waited_for_without_limit() throws Exception {
    var child = inside("runc-init", "1000");
    try {
      EmptyGroups.remove(BASE, path, Duration.ofMillis(50));
      assertThat(group).exists();
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void nothing_outside_of_the_tree_is_touched() throws Exception {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Path tree = Files.createDirectories(folder.resolve("base/tree"));
    for (String out : new String[] {"/../kept", "/", "", "relative", "/tree/../../kept"})
      EmptyGroups.remove(folder.resolve("base"), out, Duration.ZERO);
    assertThat(kept).exists();
    assertThat(tree).exists();
    EmptyGroups.remove(folder.resolve("base"), "/none", Duration.ZERO);
    Files.createDirectory(tree.resolve("mine"));
    EmptyGroups.remove(folder.resolve("base"), "/mine", Duration.ZERO);
    assertThat(tree.resolve("mine")).doesNotExist();
  }
}
