package dev.theca.cli.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca down}: removes what a demo left running. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Ends a demo that was left running and removes its folders; only processes that it recorded.",
      "",
      "Example: ./theca down"
    })
public final class Down implements Callable<Integer> {
  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "theca-demo",
      description = "name that the demo was given (default: ${DEFAULT-VALUE})")
  private String name = "theca-demo";

  /** For the command line. */
  public Down() {}

  @Override
  public Integer call() {
    if (!Layout.isName(name)) {
      System.err.println("--name takes up to 32 lower-case letters, digits and hyphens");
      return 64;
    }
    if (!Root.is()) return Root.again();
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (!clear(Layout.named(name), out)) out.println("nothing is there");
    return 0;
  }

  /** Ends and removes; false when there was nothing. */
  static boolean clear(Layout layout, PrintStream out) {
    if (!Files.exists(layout.state()) && !Files.exists(layout.run())) return false;
    Pods.removeAll(layout);
    var killed = Processes.read(layout.world()).end();
    if (!killed.isEmpty()) out.println("did not end by themselves: " + killed);
    Leftovers.removeContainers(layout);
    Leftovers.remove(layout.run(), layout.state());
    out.println("removed " + layout.state() + " and " + layout.run());
    return true;
  }
}
