package dev.theca.cli.node;

import dev.theca.cli.line.Narrow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code theca node}, which builds its commands only when it is asked. */
@Command(
    name = "node",
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = "Makes this machine's containerd run confidential pods; 'theca node --help'.")
public final class NodeEntry implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  /** For the command line. */
  public NodeEntry() {}

  @Override
  public Integer call() {
    return Narrow.of(new NodeCommand(), arguments).execute(arguments.toArray(String[]::new));
  }
}
