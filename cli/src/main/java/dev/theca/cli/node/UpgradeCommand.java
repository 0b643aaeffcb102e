package dev.theca.cli.node;

import dev.theca.broker.RefusalText;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.node.client.ControlClient.Upgraded;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca node upgrade}. */
@Command(
    name = "upgrade",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = {
      "Has the running daemon put the program that is installed now into its own place. Containers,"
          + " sessions in them and whoever waits for their end stay; containerd notices nothing. The"
          + " new program must take the configuration first, and requests under way are waited for.",
      "",
      "Examples:",
      "  theca node upgrade",
      "  theca node upgrade --wait 120"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the new program serves",
      "1:the new program does not answer; see the daemon's log",
      "2:refused; the daemon goes on as it was",
      "64:wrong usage",
      "69:no daemon"
    })
final class UpgradeCommand implements Callable<Integer> {
  private static final int MAX_SECONDS = 3600;

  @Mixin private AskDaemon daemon = new AskDaemon();

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "how long requests under way may take (default: ${DEFAULT-VALUE})")
  private int wait = 30;

  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  @Override
  public Integer call() {
    return daemon.ask(
        json,
        (asked, out) -> {
          if (wait < 0 || wait > MAX_SECONDS)
            throw new WrongUsage("--wait takes 0 to " + MAX_SECONDS + " seconds");
          var done = asked.upgrade(Duration.ofSeconds(wait)).orThrow();
          out.print(json ? Json.pretty(document(done)) + "\n" : words(done));
          return 0;
        });
  }

  private static JsonObject document(Upgraded done) {
    return JsonObject.builder().put("before", done.before()).put("after", done.after()).build();
  }

  private static String words(Upgraded done) {
    return "upgraded from %s to %s; process %s goes on\nkept %s\n"
        .formatted(
            word(done.before(), "version"),
            word(done.after(), "version"),
            done.after().integer("pid").map(String::valueOf).orElse("?"),
            containers(done.after()));
  }

  private static String word(JsonObject status, String name) {
    return RefusalText.plain(status.string(name).orElse("?"));
  }

  private static String containers(JsonObject status) {
    var counts = new TreeMap<String, Long>();
    status
        .object("containers")
        .ifPresent(
            all -> all.members().keySet().forEach(k -> counts.put(k, all.integer(k).orElse(0L))));
    return counts.entrySet().stream()
        .map(Map.Entry::toString)
        .reduce((a, b) -> a + ", " + b)
        .map(text -> "containers: " + RefusalText.plain(text))
        .orElse("no containers");
  }
}
