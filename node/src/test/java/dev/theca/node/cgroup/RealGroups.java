package dev.theca.node.cgroup;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.linux.FileSystemKind;
import dev.theca.linux.LinuxException;
import dev.theca.linux.ProcessEnd;
import dev.theca.linux.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Control groups of a test's own on this machine, and processes in them; gone when closed. */
final class RealGroups implements AutoCloseable {
  static final Path BASE = Path.of("/sys/fs/cgroup");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name =
      "theca-test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
  private final List<Path> made = new ArrayList<>();
  private final List<CompletableFuture<ProcessEnd>> running = new ArrayList<>();
  private final List<Long> pids = new ArrayList<>();

  static RealGroups ofVersion1() {
    assumeTrue("root".equals(System.getProperty("user.name")), "control groups need root");
    assumeTrue(kind(BASE.resolve("memory")) == FileSystemKind.CGROUP, "no memory controller v1");
    return new RealGroups();
  }

  static RealGroups ofHybrid() {
    assumeTrue("root".equals(System.getProperty("user.name")), "control groups need root");
    assumeTrue(kind(BASE.resolve("unified")) == FileSystemKind.CGROUP2, "no hybrid machine");
    return new RealGroups();
  }

  private static long kind(Path folder) {
    try {
      return FileSystemKind.of(folder);
    } catch (LinuxException e) {
      return 0;
    }
  }

  String name() {
    return name;
  }

  /** Makes the group, or one below it, in a tree. */
  Path make(String tree, String below) throws IOException {
    Path folder = BASE.resolve(tree).resolve(name).resolve(below);
    if (below.isEmpty()) Files.createDirectory(folder);
    else if (!Files.exists(folder)) Files.createDirectory(folder);
    made.add(folder);
    return folder;
  }

  /** A memory group with a limit, swap included where it is counted. */
  Path limited(String below, long bytes) throws IOException {
    Path group = make("memory", below);
    Files.writeString(group.resolve("memory.limit_in_bytes"), Long.toString(bytes));
    Path swap = group.resolve("memory.memsw.limit_in_bytes");
    if (Files.exists(swap)) Files.writeString(swap, Long.toString(bytes));
    return group;
  }

  /** Runs a script whose shell enters groups first. */
  CompletableFuture<ProcessEnd> run(String script, Path... groups) {
    var enter = new StringBuilder();
    for (Path group : groups) enter.append("echo $$ > " + group + "/cgroup.procs; ");
    ChildProcess child =
        Spawn.of(List.of("/bin/sh", "-ec", enter + script))
            .environment("PATH", "/usr/bin:/bin")
            .start();
    pids.add(child.pid());
    var end = Exits.of(child);
    running.add(end);
    return end;
  }

  /** Takes far more memory than any limit of these tests. */
  static final String GREEDY = "exec dd if=/dev/zero of=/dev/null bs=300M count=1";

  long lastPid() {
    return pids.getLast();
  }

  /** Ends the processes and removes the groups; again is no error. */
  void remove() {
    try {
      for (int i = 0; i < running.size(); i++) end(pids.get(i), running.get(i));
      for (Path group : made.reversed()) delete(group);
    } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("groups " + name + " are left over", e);
    }
  }

  private static void end(long pid, CompletableFuture<ProcessEnd> end)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (end.isDone()) return;
    try (var child = ChildProcess.hold(pid)) {
      child.signal(9);
    } catch (LinuxException e) {
      return; // it has just ended
    }
    var unused = end.get(30, TimeUnit.SECONDS);
  }

  private static void delete(Path group) throws IOException, InterruptedException {
    for (int attempt = 0; Files.exists(group); attempt++) {
      try {
        Files.delete(group);
      } catch (IOException e) {
        if (attempt > 500) throw e; // its last process is being taken apart
        Thread.sleep(10);
      }
    }
  }

  @Override
  public void close() {
    remove();
  }
}
