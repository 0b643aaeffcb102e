package dev.theca.stand;

import dev.theca.kit.stand.Sh;
import java.util.ArrayList;
import java.util.List;

/** What a scene saw, as lines that two handlers can be compared by: no ids, pids, paths, times. */
final class Outcome {
  private final List<String> lines = new ArrayList<>();
  private final Place place;

  Outcome(Place place) {
    this.place = place;
  }

  Outcome say(String what, Object seen) {
    lines.add(what + ": " + plain(String.valueOf(seen)));
    return this;
  }

  /** Exit code, output, and the error's text. */
  Outcome ran(String what, Sh.Ran ran) {
    if ((ran.out() + ran.err()).contains("Incorrect Usage"))
      throw new IllegalArgumentException(what + " is no command of this ctr: " + ran.err());
    String errors =
        switch (place.handler) {
          case STOCK -> ran.err().strip();
          case PLAIN -> KnownDifference.withoutRepetition(ran.err());
        };
    return say(what, ran.code() + " out=" + ran.out().strip() + " err=" + errors);
  }

  /** A failure in the words of whoever reports it. */
  Outcome fault(String what, Runnable action) {
    try {
      action.run();
      return say(what, "no error");
    } catch (RuntimeException e) {
      return say(what, String.valueOf(e.getMessage()).strip());
    }
  }

  private String plain(String text) {
    return text.replace(place.handler.runtime(), "RUNTIME")
        .replace("runc-" + place.handler.cri(), "RUNC-ROOT")
        .replaceAll("\\b[0-9a-f]{64}\\b", "ID")
        .replaceAll("\\bc[0-9]{4,}\\b", "ID")
        .replaceAll("\\be[0-9]+\\b", "EXEC")
        .replaceAll("\\bpod-[0-9]+\\b", "POD")
        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?", "TIME")
        .replace(place.stand.name(), "STAND")
        // the end of the test's own input, which the terminal shows whenever it comes
        .replace("^@", "")
        // ctr sends its first size when it is ready, which may be too late for a short program
        .replaceAll("ERRO\\[[0-9]+\\] resize pty.*", "")
        .replaceAll("usage: [0-9]+", "usage: N")
        // the CRI plugin of 1.6 passes options on to runtimes of type runc.v2 alone
        .replace("/usr/sbin/runc did not", "runc did not")
        .replaceAll("\\s*\n: unknown", ": unknown") // runc's words, with their newline or without
        .replaceAll("containerd-mount[0-9]+", "MOUNT")
        .replaceAll("\\bpid[ =:]*[0-9]+", "pid N");
  }

  List<String> lines() {
    return lines;
  }
}
