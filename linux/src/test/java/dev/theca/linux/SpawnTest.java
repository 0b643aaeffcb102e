package dev.theca.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class SpawnTest {
  @TempDir Path folder;

  private static Spawn shell(String script) {
    return Spawn.of(List.of("/bin/sh", "-c", script)).environment("PATH", "/usr/bin:/bin");
  }

  private static ProcessEnd end(ChildProcess child) throws Exception {
    return Exits.of(child).get(30, TimeUnit.SECONDS);
  }

  /** What a script writes to its standard output. */
  private static String said(Spawn spawn) throws Exception {
    Fd[] pipe = Fd.pipe();
    try (Fd in = pipe[0]) {
      var child = started(spawn, pipe[1]);
      var text = new StringBuilder();
      var buffer = ByteBuffer.allocateDirect(4096);
      while (in.read(buffer.clear()) > 0) text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
      assertEquals(0, end(child).status());
      return text.toString();
    }
  }

  /** Starts with a standard output that only the child holds on to. */
  private static ChildProcess started(Spawn spawn, Fd output) {
    try (output) {
      return spawn.give(1, output).start();
    }
  }

  @Test
  void everyExitCodeArrives() throws Exception {
    for (int code : new int[] {0, 1, 42, 127, 128, 137, 255})
      assertEquals(code, end(shell("exit " + code).start()).status());
  }

  @Test
  void aSignalIs128AndItsNumber() throws Exception {
    assertEquals(143, end(shell("kill -TERM $$").start()).status());
  }

  @Test
  void fiftyAtOnceKeepTheirCodesApart() throws Exception {
    var ends = new ArrayList<CompletableFuture<ProcessEnd>>();
    for (int i = 0; i < 50; i++) ends.add(Exits.of(shell("sleep 0.1; exit " + i).start()));
    for (int i = 0; i < 50; i++) assertEquals(i, ends.get(i).get(30, TimeUnit.SECONDS).status());
  }

  @Test
  void anEndBeforeItIsFollowedIsNotLost() throws Exception {
    var child = shell("exit 7").start();
    Thread.sleep(300);
    assertEquals(7, end(child).status());
  }

  @Test
  void onlyNamedDescriptorsAreInherited() throws Exception {
    try (Fd other = Fd.open(Path.of("/dev/zero"), Fd.O_RDONLY)) {
      String script =
          "for f in 0 1 2 3 4 5 7 8 9 11 12 20; do [ -e /proc/$$/fd/$f ] && echo $f; done; :";
      assertEquals("0\n1\n2\n5\n", said(shell(script).give(5, other)));
    }
  }

  @Test
  void descriptorsMayTradePlaces() throws Exception {
    Fd[] one = Fd.pipe();
    Fd[] two = Fd.pipe();
    try (Fd a = one[0];
        Fd b = one[1];
        Fd c = two[0];
        Fd d = two[1]) {
      var child = shell("echo first >&3; echo second >&4").give(3, d).give(4, b).start();
      assertEquals(0, end(child).status());
      assertEquals("second\n", read(a));
      assertEquals("first\n", read(c));
    }
  }

  private static String read(Fd from) {
    var buffer = ByteBuffer.allocateDirect(64);
    assertTrue(from.read(buffer) > 0);
    return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
  }

  @Test
  void environmentIsWhatIsNamed() throws Exception {
    assertEquals("A=b\n", said(Spawn.of(List.of("/usr/bin/env")).environment("A", "b")));
  }

  @Test
  void theFolderIsTheChilds() throws Exception {
    assertEquals(folder.toRealPath() + "\n", said(shell("pwd -P").in(folder)));
  }

  @Test
  void signalsAreAFreshProcesss() throws Exception {
    String status = said(shell("exec grep -E 'Sig(Blk|Ign)' /proc/self/status"));
    for (String line : status.lines().toList())
      assertEquals("0000000000000000", line.replaceAll(".*\\s", ""), line);
  }

  @Test
  void aMissingProgramIsSaid() {
    var spawn = Spawn.of(List.of("/nowhere/program"));
    var e = assertThrows(LinuxException.class, spawn::start);
    assertEquals(Errno.ENOENT, e.errno());
    assertTrue(String.valueOf(e.getMessage()).contains("/nowhere/program"));
  }

  @Test
  void anotherParentsChildTellsItsCodeToo() throws Exception {
    // The shell collects its child, which ends once we hold it: by number only, as after a restart.
    Fd[] pipe = Fd.pipe();
    Fd[] go = Fd.pipe();
    try (Fd in = pipe[0]) {
      ChildProcess parent;
      ChildProcess child;
      try (Fd wait = go[0];
          var _ = go[1]) {
        var script = shell("(read x; exit 9) <&3 & echo $!; wait $!").give(3, wait);
        parent = started(script, pipe[1]);
        child = ChildProcess.hold(Long.parseLong(read(in).trim()));
      }
      ProcessEnd end = end(child);
      if (end.known()) assertEquals(9, end.status());
      else assertEquals(255, end.status(), "before Linux 6.15 nobody tells");
      var unused = end(parent);
    }
  }

  /** signal(7): epoll_wait is among the calls that a stop interrupts. */
  @Test
  void aTerminalIsAwaitedThroughAStopOfTheProcess() throws Exception {
    String stop = "sleep 0.2; kill -STOP %1$d; sleep 0.1; kill -CONT %1$d";
    try (var console = ConsoleSocket.listen(folder.resolve("s"))) {
      var stopper = Exits.of(shell(stop.formatted(ProcessHandle.current().pid())).start());
      long start = System.nanoTime();
      assertThrows(LinuxException.class, () -> console.receive(1500).close());
      assertTrue(System.nanoTime() - start >= 1_500_000_000L, "the whole time was waited for");
      assertEquals(0, stopper.get(30, TimeUnit.SECONDS).status());
    }
  }

  @Test
  void aTerminalThatNeverComesIsSaid() {
    try (var console = ConsoleSocket.listen(folder.resolve("s"))) {
      var e = assertThrows(LinuxException.class, () -> console.receive(50).close());
      assertEquals(Errno.ETIMEDOUT, e.errno());
    }
  }
}
