package dev.theca.bench.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Commands, run to their end. Wall time is the clock's; processor time is that of the command and
 * of all that it waited for, from {@code /proc/self/stat} (proc(5): cutime, cstime), which other
 * work on the machine does not swell as much.
 */
final class Child {
  /** What one run took. */
  record Took(double wallMillis, double processorMillis) {
    static final Took NOTHING = new Took(0, 0);

    Took plus(Took other) {
      return new Took(wallMillis + other.wallMillis, processorMillis + other.processorMillis);
    }
  }

  private static final int CUTIME = 13; // fields behind the name, which ends with the last ')'
  private static final double TICK_MILLIS = 10;

  private final Path said;
  private final Map<String, String> environment;

  Child(Path work, Map<String, String> environment) {
    this.said = work.resolve("said");
    this.environment = environment;
  }

  /** Fails with what the command said when it fails. */
  Took run(List<String> command) throws IOException, InterruptedException {
    long before = childrenTicks();
    long start = System.nanoTime();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    var process = builder.redirectOutput(said.toFile()).start();
    if (process.waitFor() != 0)
      throw new IllegalStateException(
          String.join(" ", command) + " failed: " + Files.readString(said));
    double wall = (System.nanoTime() - start) / 1e6;
    return new Took(wall, (childrenTicks() - before) * TICK_MILLIS);
  }

  private static long childrenTicks() throws IOException {
    String[] fields = fields(Path.of("/proc/self/stat"));
    return Long.parseLong(fields[CUTIME]) + Long.parseLong(fields[CUTIME + 1]);
  }

  /** Processor time of a running process itself. */
  static double processorMillis(long pid) throws IOException {
    String[] fields = fields(Path.of("/proc", pid + "", "stat"));
    return (Long.parseLong(fields[CUTIME - 2]) + Long.parseLong(fields[CUTIME - 1])) * TICK_MILLIS;
  }

  private static String[] fields(Path stat) throws IOException {
    String text = Files.readString(stat);
    return text.substring(text.lastIndexOf(')') + 2).split(" ");
  }
}
