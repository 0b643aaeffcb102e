package dev.theca.node.runc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Whether a program is runc itself, of a version whose {@code start} and {@code delete} we have
 * read (libcontainer's Container.exec and destroy). It is asked once for each program file; another
 * runtime, or a wrapper that has words of its own, is not known.
 */
final class KnownRunc {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Pattern FIRST_LINE = Pattern.compile("runc version 1\\.[1-4]\\.[0-9][^\n]*");
  private static final Map<Path, Seen> SEEN = new ConcurrentHashMap<>();

  private record Seen(FileTime changed, long size, boolean known) {}

  private KnownRunc() {}

  static boolean is(Path program) {
    try {
      var now = Files.readAttributes(program, BasicFileAttributes.class);
      Seen seen = SEEN.get(program);
      if (seen == null
          || !seen.changed().equals(now.lastModifiedTime())
          || seen.size() != now.size()) {
        seen = new Seen(now.lastModifiedTime(), now.size(), asked(program));
        SEEN.put(program, seen);
      }
      return seen.known();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean asked(Path program) {
    String said;
    try {
      byte[] words = new RuncCall(List.of(program.toString()), "--version", List.of()).output();
      said = new String(words, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    } catch (RuncException e) {
      said = String.valueOf(e.getMessage());
    }
    boolean known = FIRST_LINE.matcher(said).matches();
    LOG.log(
        System.Logger.Level.INFO,
        "stage=runtime program={0} direct={1} version=\"{2}\"",
        program,
        known,
        said.replace('"', '\''));
    return known;
  }
}
