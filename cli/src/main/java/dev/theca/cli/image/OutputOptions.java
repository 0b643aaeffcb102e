package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.image.ImageException;
import dev.theca.image.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** How a command speaks: results on standard output, progress and refusals on standard error. */
final class OutputOptions {
  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "no progress")
  private boolean quiet;

  /** What a command does; gives the exit code. */
  @FunctionalInterface
  interface Work {
    int with(Outlet outlet) throws IOException;
  }

  /** Runs the work; a refusal or a fault ends it in words, never with a trace. */
  int run(Work work) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return Connection.guarded(() -> faults(work, out, err), json, out, err);
  }

  private int faults(Work work, PrintStream out, PrintStream err) throws IOException {
    try {
      if (quiet) return work.with(new Outlet(out, err, Progress.silent(), json));
      try (var progress = LayerProgress.console()) {
        return work.with(new Outlet(out, err, progress, json));
      }
    } catch (ImageException | UncheckedIOException e) {
      err.println(FaultText.of(e));
      return Connection.UNAVAILABLE;
    }
  }
}
