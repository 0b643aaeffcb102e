package dev.theca.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code /proc/PID/mountinfo} (proc_pid_mountinfo(5)), its escapes undone. A name that
 * is no UTF-8 comes with replacement characters: such a mount is somebody else's.
 */
public record MountEntry(
    int id, int parent, String root, Path point, List<String> options, String type, String source) {
  private static final Path OWN = Path.of("/proc/self/mountinfo");
  private static final int FIXED = 6;

  public MountEntry {
    options = List.copyOf(options);
  }

  /** The table of this process, in the order of the kernel: what lies beneath comes first. */
  public static List<MountEntry> ofThisProcess() {
    try {
      return parse(new String(Files.readAllBytes(OWN), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the mount table", e);
    }
  }

  /** Reads a table; a line of another shape is left out. */
  public static List<MountEntry> parse(String table) {
    var entries = new ArrayList<MountEntry>();
    for (String line : table.split("\n", -1)) line(line).ifPresent(entries::add);
    return entries;
  }

  private static Optional<MountEntry> line(String line) {
    List<String> fields = List.of(line.split(" ", -1));
    // id parent major:minor root point options [optional fields] - type source super
    if (fields.size() < FIXED) return Optional.empty();
    int dash = fields.subList(FIXED, fields.size()).indexOf("-") + FIXED;
    if (dash < FIXED || fields.size() < dash + 3) return Optional.empty();
    try {
      return Optional.of(
          new MountEntry(
              Integer.parseInt(fields.get(0)),
              Integer.parseInt(fields.get(1)),
              unescape(fields.get(3)),
              Path.of(unescape(fields.get(4))),
              Arrays.asList(fields.get(5).split(",", -1)),
              unescape(fields.get(dash + 1)),
              unescape(fields.get(dash + 2))));
    } catch (NumberFormatException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Space, tab, newline and backslash are written as three octal digits. */
  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) return field;
    var text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      String digits =
          field.substring(Math.min(i + 1, field.length()), Math.min(i + 4, field.length()));
      if (field.charAt(i) == '\\' && digits.matches("[0-3][0-7]{2}")) {
        text.append((char) Integer.parseInt(digits, 8));
        i += 3;
      } else {
        text.append(field.charAt(i));
      }
    }
    return text.toString();
  }
}
