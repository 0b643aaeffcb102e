package dev.theca.kit.stand;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * How the runtime of a stand makes containers: a script before the real one, which reads its mood
 * from a file. Everything but {@code create} is left to the real one.
 */
public record Mood(String word) {
  /** As the real one. */
  public static final Mood USUAL = new Mood("usual");

  /** It waits, with {@link #ALL} of its kind, for some seconds before it begins. */
  public static final Mood SLOW = new Mood("slow");

  /** It makes the container, then waits so before it ends. */
  public static final Mood LATE = new Mood("late");

  /** It is killed after so many thousandths of a second. */
  public static Mood dying(int millis) {
    return new Mood("%d.%03d".formatted(millis / 1000, millis % 1000));
  }

  /** How many that are slow or late wait together. */
  private static final int ALL = 2;

  /** In this file is a line for each slow or late one that waits. */
  private static final String WAITS = "runc.waits";

  private static final String SCRIPT =
      """
      #!/bin/sh
      wait_for_all() {
        echo $$ >>HERE/runc.waits
        for i in $(seq 600); do
          [ "$(wc -l <HERE/runc.waits)" -ge ALL ] && break
          sleep 0.1
        done
        sleep 4
      }
      mood=usual
      case " $* " in *" create "*) mood=$(cat HERE/runc.mood) ;; esac
      case $mood in
        usual) exec /usr/sbin/runc "$@" ;;
        slow) wait_for_all; exec /usr/sbin/runc "$@" ;;
        late) /usr/sbin/runc "$@"; code=$?; wait_for_all; exit $code ;;
        *) /usr/sbin/runc "$@" & sleep $mood; kill -9 $!; wait $!; exit 137 ;;
      esac
      """;

  static void install(Path run) throws IOException {
    Path script =
        Files.writeString(
            run.resolve("runc"), SCRIPT.replace("HERE", run + "").replace("ALL", ALL + ""));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    USUAL.set(run);
  }

  void set(Path run) {
    try {
      Files.deleteIfExists(run.resolve(WAITS));
      // At once, so that a runtime that begins just now has one mood or the other.
      Path next = Files.writeString(run.resolve("runc.mood~"), word);
      Files.move(next, run.resolve("runc.mood"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until all of a slow or late runtime wait. */
  public static void await(Stand stand) {
    long waiting = 0;
    for (int i = 0; i < 2500 && waiting < ALL; i++) {
      Stand.pause(20);
      waiting = waiting(stand.run());
    }
    if (waiting < ALL)
      throw new IllegalStateException(waiting + " made a container" + stand.log("node"));
  }

  private static long waiting(Path run) {
    try (var lines = Files.lines(run.resolve(WAITS))) {
      return lines.count();
    } catch (NoSuchFileException e) {
      return 0; // nobody yet
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
