package dev.theca.image.hostile;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What of a pull is still there: threads, virtual ones too, and open files of this process. */
final class Leaks {
  /** The stages of an unpacker (Stage). */
  private static final Pattern OURS = Pattern.compile("(?:fetch|decompress|hash|layer) ?.*");

  private static final Pattern NAME = Pattern.compile("\"name\": \"([^\"]*)\"");
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private Leaks() {}

  /** Names of threads of the image room that run. */
  static List<String> threads() {
    try {
      Path file = Files.createTempDirectory("threads").resolve("dump.json");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(file.toString(), ThreadDumpFormat.JSON);
        return NAME.matcher(Files.readString(file))
            .results()
            .map(found -> found.group(1))
            .filter(name -> OURS.matcher(name).matches())
            .toList();
      } finally {
        Files.delete(file);
        Files.delete(file.getParent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Open files below a folder, deleted ones too. */
  static List<String> filesBelow(Path folder) {
    return open().stream().filter(name -> name.startsWith(folder.toString())).toList();
  }

  static int sockets() {
    return (int) open().stream().filter(name -> name.startsWith("socket:")).count();
  }

  /** What is left of something that may take a moment to end. */
  static <T> T settled(Supplier<T> state, T wanted) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    T now = state.get();
    while (!now.equals(wanted) && System.nanoTime() < end) {
      Thread.onSpinWait();
      now = state.get();
    }
    return now;
  }

  private static List<String> open() {
    var names = new ArrayList<String>();
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      links.forEach(
          link -> {
            try {
              names.add(Files.readSymbolicLink(link).toString());
            } catch (IOException e) {
              return; // closed meanwhile
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }
}
