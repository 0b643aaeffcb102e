package dev.theca.cli.node;

import dev.theca.cli.broker.Connection;
import dev.theca.node.install.Back;
import dev.theca.node.install.Installer;
import dev.theca.node.install.Machine;
import dev.theca.node.install.Report;
import dev.theca.node.install.Steps;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What installing and uninstalling have in common: how containerd is restarted, what is shown. */
final class Change {
  /** One of two. */
  static final class Restart {
    @Option(
        names = "--restart-command",
        paramLabel = "COMMAND",
        description = "restarts containerd (default: systemctl restart of its unit)")
    private @Nullable String command;

    @Option(names = "--no-restart", description = "leave the restart of containerd to a person")
    private boolean none;
  }

  @Mixin private Here here = new Here();

  @ArgGroup private Restart restart = new Restart();

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "how long containerd may take to come back (default: ${DEFAULT-VALUE})")
  private int wait = 60;

  /** Does one of both with the installer. */
  @FunctionalInterface
  interface Work {
    Outcome<Report> with(Installer installer) throws IOException;
  }

  int run(String done, Work work) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return Connection.guarded(
        () -> {
          var installer =
              new Installer(
                  here.site(),
                  here.containerd(),
                  new Machine(command(), Machine.hasSystemd()),
                  Back.within(Duration.ofSeconds(wait)),
                  Steps.unseen());
          show(done, work.with(installer).orThrow(), out);
          return 0;
        },
        here.json(),
        out,
        err);
  }

  private Optional<List<String>> command() throws IOException {
    if (restart.none) return Optional.empty();
    if (restart.command != null) return Optional.of(List.of("/bin/sh", "-c", restart.command));
    if (!Machine.hasSystemd()) return Optional.empty();
    return Optional.of(List.of("systemctl", "restart", here.unit().orElse("containerd.service")));
  }

  private void show(String done, Report report, PrintStream out) {
    if (here.json()) {
      out.println(Json.pretty(report.json()));
      return;
    }
    for (var file : report.changed()) out.println(done + " " + file);
    for (var folder : report.removed()) out.println("removed " + folder);
    if (report.restarted()) out.println("containerd " + report.containerd() + " is back");
    for (String note : report.notes()) out.println("note: " + note);
  }
}
