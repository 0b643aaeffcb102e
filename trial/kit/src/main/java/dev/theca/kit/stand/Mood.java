package dev.theca.kit.stand;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * How the runtime of a stand makes containers: a script before the real one, which reads its mood
 * from a file. Everything but {@code create} is left to the real one.
 */
public record Mood(String word) {
  /** As the real one. */
  public static final Mood USUAL = new Mood("usual");

  /** It waits for some seconds before it begins. */
  public static final Mood SLOW = new Mood("slow");

  /** It makes the container, then waits before it ends. */
  public static final Mood LATE = new Mood("late");

  /** It is killed after so many thousandths of a second. */
  public static Mood dying(int millis) {
    return new Mood("%d.%03d".formatted(millis / 1000, millis % 1000));
  }

  /** While this file exists, a slow or late one waits. */
  private static final String WAITS = "runc.waits";

  private static final String SCRIPT =
      """
      #!/bin/sh
      mood=usual
      case " $* " in *" create "*) mood=$(cat HERE/runc.mood) ;; esac
      case $mood in
        usual) exec /usr/sbin/runc "$@" ;;
        slow) : >HERE/runc.waits; sleep 4; exec /usr/sbin/runc "$@" ;;
        late) /usr/sbin/runc "$@"; code=$?; : >HERE/runc.waits; sleep 4; exit $code ;;
        *) /usr/sbin/runc "$@" & sleep $mood; kill -9 $!; wait $!; exit 137 ;;
      esac
      """;

  static void install(Path run) throws IOException {
    Path script = Files.writeString(run.resolve("runc"), SCRIPT.replace("HERE", run.toString()));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    USUAL.set(run);
  }

  void set(Path run) {
    try {
      Files.deleteIfExists(run.resolve(WAITS));
      // At once, so that a runtime that begins just now has one mood or the other.
      Path next = Files.writeString(run.resolve("runc.mood~"), word);
      Files.move(next, run.resolve("runc.mood"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a slow or late runtime waits. */
  public static void await(Stand stand) {
    for (int i = 0; i < 300; i++) {
      if (Files.exists(stand.run().resolve(WAITS))) return;
      Stand.pause(20);
    }
    throw new IllegalStateException("nobody made a container" + stand.log("node"));
  }
}
