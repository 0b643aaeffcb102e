package dev.theca.node.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The versions of the containerds that call this daemon, by socket. Each is asked once: a
 * containerd that starts anew (perhaps another version) makes a new socket file, and is asked
 * again. No answer is remembered for a while too, so that it delays few.
 */
final class Versions {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final long LIMIT_MILLIS = 2_000;
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int MOST_SOCKETS = 64;

  /** Asks the containerd behind a socket; throws when it does not say. */
  interface Question {
    String ask(Path socket);
  }

  /** The file of a socket, as it was when it was asked. */
  private record Instance(String key, long modifiedNanos) {
    static Instance of(Path socket) throws IOException {
      var file = Files.readAttributes(socket, BasicFileAttributes.class);
      return new Instance(
          String.valueOf(file.fileKey()), file.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
  }

  private record Known(Instance instance, Optional<String> version, long nanos) {}

  private final Map<Path, Known> known = new ConcurrentHashMap<>();
  private final Question question;

  Versions(Question question) {
    this.question = question;
  }

  static Versions byGrpc() {
    return new Versions(socket -> VersionQuestion.ask(socket, LIMIT_MILLIS));
  }

  /**
   * Empty when there is no such socket, or no answer. Callers of one socket wait for one answer.
   */
  Optional<String> of(String grpcAddress) {
    String path =
        grpcAddress.startsWith("unix://") ? grpcAddress.substring("unix://".length()) : grpcAddress;
    if (!path.startsWith("/")) return Optional.empty();
    try {
      Path socket = Path.of(path);
      var instance = Instance.of(socket);
      if (known.size() >= MOST_SOCKETS) known.clear();
      var entry =
          known.compute(
              socket,
              (_, before) ->
                  before != null && holds(before, instance) ? before : asked(socket, instance));
      return Objects.requireNonNull(entry).version();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // no socket there, or no path at all
    }
  }

  private static boolean holds(Known entry, Instance instance) {
    if (!entry.instance().equals(instance)) return false;
    return entry.version().isPresent() || System.nanoTime() - entry.nanos() < SILENCE_NANOS;
  }

  private Known asked(Path socket, Instance instance) {
    Optional<String> version = Optional.empty();
    try {
      version = Optional.of(question.ask(socket));
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=version outcome=silent containerd=" + socket + " reason=" + e.getMessage());
    }
    return new Known(instance, version, System.nanoTime());
  }
}
