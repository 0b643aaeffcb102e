package dev.theca.node.runc;

import dev.theca.linux.Fd;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a container's standard streams lead: descriptors under 0, 1 and 2 (a number that is missing
 * is {@code /dev/null}), or a socket that takes its terminal. The descriptors stay their owner's.
 */
public record Streams(Map<Integer, Fd> descriptors, Optional<Path> console) {
  public Streams {
    descriptors = Map.copyOf(descriptors);
  }

  public static Streams of(Map<Integer, Fd> descriptors) {
    return new Streams(descriptors, Optional.empty());
  }

  /** A terminal: the runtime sends its master side to the socket. */
  public static Streams terminal(Path console) {
    return new Streams(Map.of(), Optional.of(console));
  }

  public static Streams none() {
    return of(Map.of());
  }
}
