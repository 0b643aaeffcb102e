package dev.theca.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
  /** A shell starts a sleeper, says its number, and ends: the sleeper is ours then. */
  private static ChildProcess orphan(String command) throws Exception {
    ChildProcess.inheritOrphans();
    var shell = new ProcessBuilder("sh", "-c", command + " >/dev/null 2>&1 & echo $!").start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    var child = ChildProcess.hold(Long.parseLong(said.trim()));
    shell.waitFor();
    return child;
  }

  @Test
  void anOrphansExitCodeIsCollected() throws Exception {
    try (var child = orphan("(sleep 0.3; exit 42)")) {
      assertEquals(42, child.await());
      assertFalse(child.signal(9), "it has ended");
    }
  }

  @Test
  void deathBySignalIs128AndItsNumber() throws Exception {
    try (var child = orphan("sleep 100")) {
      assertTrue(child.signal(15));
      assertEquals(143, child.await());
    }
  }

  @Test
  void anEndIsSeenAtTheFirstLookAndNotLeftToOthers() throws Exception {
    try (var child = orphan("(sleep 0.3; exit 7)")) {
      while (!state(child.pid()).equals("Z")) Thread.sleep(1);
      int[] status = {-1};
      assertEquals(ChildProcess.Found.ENDED, child.collect(status));
      assertEquals(7, status[0]);
    }
  }

  @Test
  void whoRunsHasNotEnded() throws Exception {
    try (var child = orphan("exec sleep 100")) {
      assertEquals(ChildProcess.Found.RUNNING, child.collect(new int[1]));
      assertTrue(child.signal(9));
      assertEquals(137, child.await());
    }
  }

  private static String state(long pid) throws Exception {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  }
}
