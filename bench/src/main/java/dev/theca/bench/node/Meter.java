package dev.theca.bench.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor time of processes and of all that they start, by a control group of their own: a shim
 * that is orphaned stays in it, and what runs inside a container has left it. Memory by {@code
 * smaps_rollup}.
 */
public final class Meter implements AutoCloseable {
  private static final Path TOP = Path.of("/sys/fs/cgroup");
  private static final int NANOS = 1_000;

  private final Path group;
  private final boolean unified;

  Meter(String name) {
    unified = Files.exists(TOP.resolve("cgroup.controllers"));
    group = (unified ? TOP : TOP.resolve("cpuacct")).resolve(name + "-bench");
    try {
      Files.createDirectories(group);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + group, e);
    }
  }

  void follow(long pid) {
    try {
      Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot follow " + pid, e);
    }
  }

  /** User and system time of all until now, in milliseconds. */
  double millis() {
    try {
      if (!unified)
        return Long.parseLong(Files.readString(group.resolve("cpuacct.usage")).strip()) / 1e6;
      for (String line : Files.readAllLines(group.resolve("cpu.stat")))
        if (line.startsWith("usage_usec "))
          return Long.parseLong(line.substring(11)) / (double) NANOS;
      throw new IllegalStateException("no usage_usec in " + group);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** User and system time of one process alone, in milliseconds (a tick is 10 ms). */
  static double ownMillis(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return 10.0 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What processes hold, in MiB: each page shared among those who map it ({@code pss}), or counted
   * once for every process ({@code rss}).
   */
  public record Memory(double pss, double rss) {}

  /** Of the processes whose command line has all of these words. */
  static Memory memory(String... words) {
    double pss = 0;
    double rss = 0;
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        String line = read(process.resolve("cmdline")).replace('\0', ' ');
        if (!List.of(words).stream().allMatch(line::contains)) continue;
        for (String row : read(process.resolve("smaps_rollup")).lines().toList()) {
          if (row.startsWith("Pss:")) pss += mib(row);
          if (row.startsWith("Rss:")) rss += mib(row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Memory(pss, rss);
  }

  private static double mib(String row) {
    return Long.parseLong(row.replaceAll("\\D", "")) / 1024.0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // it is no process, or has ended
    }
  }

  @Override
  public void close() {
    if (!group.toFile().delete()) System.err.println("bench: cannot remove " + group);
  }
}
