package dev.theca.node.runc;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** Where a container's standard streams lead. */
public record Streams(Redirect in, Redirect out, Redirect err) {
  private static final Redirect NOTHING = Redirect.from(Path.of("/dev/null").toFile());

  /** No input; output and errors to the given places. */
  public static Streams output(Redirect out, Redirect err) {
    return new Streams(NOTHING, out, err);
  }

  public static Streams none() {
    return output(Redirect.DISCARD, Redirect.DISCARD);
  }
}
