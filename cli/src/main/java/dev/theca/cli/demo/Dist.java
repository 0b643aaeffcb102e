package dev.theca.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What was installed or built: the jars, the small programs, and the JDK that runs us. */
record Dist(Path lib, Path bin, Path enclaves, Path java) {
  /** One line an entry, for the services' logs. */
  static final String LOG_FORMAT =
      "-Djava.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n";

  private static final String VERSION = "0.1.0";

  /** Found from the jar that this class came in. */
  static Dist here() {
    try {
      var source = Dist.class.getProtectionDomain().getCodeSource();
      Path jar = Path.of(source.getLocation().toURI());
      Path lib = jar.resolveSibling(".").normalize();
      return new Dist(
          lib,
          lib.resolveSibling("bin"),
          lib.resolveSibling("enclaves"),
          Path.of(System.getProperty("java.home")));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program's own place has no path", e);
    }
  }

  Path jar(String room) {
    return lib.resolve(room + "-" + VERSION + ".jar");
  }

  /** When the last of the jars and programs was written. */
  FileTime newest() {
    try (var jars = Files.list(lib);
        var programs = Files.list(bin)) {
      FileTime newest = FileTime.fromMillis(0);
      for (Path file : Stream.concat(jars, programs).toList()) {
        FileTime written = Files.getLastModifiedTime(file);
        if (written.compareTo(newest) > 0) newest = written;
      }
      return newest;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + lib, e);
    }
  }

  /** The command that runs a room's service on the host. */
  List<String> service(String room, int heapMiB, String... args) {
    var command = new ArrayList<String>();
    command.add(java.resolve("bin/java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx" + heapMiB + "m"));
    command.add(LOG_FORMAT);
    command.addAll(List.of("-jar", jar(room).toString()));
    command.addAll(List.of(args));
    return command;
  }
}
