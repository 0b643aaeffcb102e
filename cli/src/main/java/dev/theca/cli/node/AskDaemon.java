package dev.theca.cli.node;

import dev.theca.broker.RefusalText;
import dev.theca.cli.broker.Connection;
import dev.theca.node.client.ControlClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of what asks the daemon alone, and what happens when nobody answers. */
final class AskDaemon {
  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "where the daemon's sockets are (default: ${DEFAULT-VALUE})")
  private Path run = Path.of("/run/theca");

  /** What a command does with the daemon; gives the exit code. */
  @FunctionalInterface
  interface Use {
    int with(ControlClient daemon, PrintStream out) throws IOException;
  }

  int ask(boolean json, Use use) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return Connection.guarded(
        () -> {
          try {
            return use.with(new ControlClient(run.toAbsolutePath().resolve("node.sock")), out);
          } catch (ConnectException e) {
            err.println(
                "theca: "
                    + RefusalText.plain(String.valueOf(e.getMessage()))
                    + "; systemctl start theca-node, or theca node serve");
            return NodeCommand.MISSING;
          }
        },
        json,
        out,
        err);
  }
}
