package dev.theca.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files that some of this machine's programs need to run elsewhere: themselves and the
 * libraries they load.
 */
final class ProgramFiles {
  private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+) \\(0x");

  private ProgramFiles() {}

  /**
   * Path in the image to file on this machine, for each program and whatever the dynamic linker
   * would load for it.
   */
  static Map<String, Path> of(List<Path> programs) {
    var files = new TreeMap<String, Path>();
    try {
      for (Path program : programs) {
        Path real = program.toRealPath();
        files.put(program.toString(), real);
        var matcher = LIBRARY.matcher(Commands.output("ldd", real.toString()));
        while (matcher.find()) files.put(matcher.group(1), Path.of(matcher.group(1)).toRealPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot collect the files of " + programs, e);
    }
    return files;
  }
}
