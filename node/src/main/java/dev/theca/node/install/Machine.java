package dev.theca.node.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How services are started on this machine.
 *
 * @param restart the command that restarts containerd; empty: a person does it
 * @param systemd whether units are ours to start and stop
 */
public record Machine(Optional<List<String>> restart, boolean systemd) {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String UNIT = "theca-node.service";

  public Machine {
    restart = restart.map(List::copyOf);
  }

  /** Whether systemd runs here (sd_booted(3)). */
  public static boolean hasSystemd() {
    return Files.isDirectory(Path.of("/run/systemd/system"));
  }

  /** Restarts containerd; false when that is left to a person. */
  boolean restartContainerd() throws IOException {
    if (restart.isEmpty()) return false;
    must(restart.get());
    return true;
  }

  /** Starts our daemon before containerd needs it; what went wrong, in words. */
  Optional<String> startNode() throws IOException {
    if (!systemd) return Optional.empty();
    must(List.of("systemctl", "daemon-reload"));
    var ran = Ran.of(List.of("systemctl", "enable", "--now", UNIT), LIMIT);
    return ran.code() == 0 ? Optional.empty() : Optional.of(ran.complaint());
  }

  void stopNode() throws IOException {
    if (systemd) {
      var unused = Ran.of(List.of("systemctl", "disable", "--now", UNIT), LIMIT);
    }
  }

  void forgetNode() throws IOException {
    if (systemd) must(List.of("systemctl", "daemon-reload"));
  }

  private static void must(List<String> command) throws IOException {
    var ran = Ran.of(command, LIMIT);
    if (ran.code() != 0)
      throw new IOException(
          String.join(" ", command) + " ended with " + ran.code() + ": " + ran.complaint());
  }
}
