package dev.theca.bench.sealfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Lines for the shell, run to their end, and what the kernel counts of processes. */
final class Sh {
  private static final double TICK_MILLIS = 10;
  private static final int UTIME = 11; // fields behind the name, which ends with the last ')'

  private Sh() {}

  /** What it printed; fails with that when it fails. */
  static String run(String line) throws IOException, InterruptedException {
    return run(List.of("sh", "-c", line));
  }

  static String run(List<String> command) throws IOException, InterruptedException {
    Path said = Files.createTempFile("theca-bench", ".out");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      int code = process.waitFor();
      String text = Files.readString(said);
      if (code != 0) throw new IllegalStateException(command.getLast() + " failed: " + text);
      return text;
    } finally {
      Files.delete(said);
    }
  }

  static double millis(String line) throws IOException, InterruptedException {
    long start = System.nanoTime();
    String unused = run(line);
    return (System.nanoTime() - start) / 1e6;
  }

  /** Cold: nothing of any file system is cached (Documentation/admin-guide/sysctl/vm.rst). */
  static void drop() throws IOException, InterruptedException {
    String unused = run("sync; echo 3 > /proc/sys/vm/drop_caches");
  }

  /** User and system time of a process. */
  static double processorMillis(long pid) throws IOException {
    String text = Files.readString(Path.of("/proc", pid + "", "stat"));
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) * TICK_MILLIS;
  }

  /** {@code VmRSS} or {@code VmHWM} in MiB. */
  static double megabytes(long pid, String what) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", pid + "", "status")))
      if (line.startsWith(what + ":"))
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
    return 0;
  }

  static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
  }
}
