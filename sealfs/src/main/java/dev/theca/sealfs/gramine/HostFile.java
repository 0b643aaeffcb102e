package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Host files by name: names are bytes, links are never followed, only regular files are opened. */
final class HostFile {
  static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private HostFile() {}

  /**
   * A relative path with exactly these bytes, whatever the locale: a {@code file:} URI is decoded
   * to bytes, while {@code Path.of} of a string depends on {@code sun.jnu.encoding}.
   */
  static Path relative(byte[] path) {
    var uri = new StringBuilder("file:///");
    for (byte b : path) {
      boolean plain = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
      if (plain || b == '/' || b == '.' || b == '-' || b == '_') uri.append((char) b);
      else uri.append(String.format("%%%02X", b));
    }
    Path absolute = Path.of(URI.create(uri.toString()));
    return absolute.subpath(0, absolute.getNameCount());
  }

  /** The path whose last name has this ASCII text behind it. */
  static Path withSuffix(Path file, String suffix) {
    return Path.of(URI.create(file.toUri() + suffix));
  }

  static Outcome<HostBytes> open(Path file) {
    try {
      // a fifo would hold the opening
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return missing(file);
      return Outcome.granted(new HostBytes.Channel(Files.newByteChannel(file, READ)));
    } catch (NoSuchFileException e) {
      return missing(file);
    } catch (IOException e) {
      throw new PfException("cannot open " + file, e);
    }
  }

  private static Outcome<HostBytes> missing(Path file) {
    return PfCode.MISSING.refused(file.toString(), "a regular file", "none");
  }
}
