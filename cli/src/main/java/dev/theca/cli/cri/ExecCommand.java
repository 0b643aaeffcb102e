package dev.theca.cli.cri;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca cri exec}. */
@Command(
    name = "exec",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Runs a command in a container; ends with its exit code.",
      "",
      "Examples:",
      "  theca cri exec 9be2 cat /etc/hostname",
      "  theca cri exec 9be2 -- sh -c 'exit 3'",
      "  theca cri exec -it 9be2 sh"
    })
final class ExecCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Option(
      names = {"-t", "--tty"},
      description = "With a terminal.")
  private boolean tty;

  @Option(
      names = {"-i", "--stdin"},
      description = "Standard input goes to the command.")
  private boolean stdin;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "Limit of time (default: ${DEFAULT-VALUE}).")
  private long seconds;

  @Parameters(index = "0", paramLabel = "CONTAINER", description = "The id of a container.")
  private String id = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "What to run; after -- when it has options.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() {
    var limit = Duration.ofSeconds(seconds);
    return talk.run(
        cri -> {
          if (tty || stdin) return streamed(cri, limit);
          var done = cri.exec(id, limit, command.toArray(String[]::new));
          if (talk.json()) {
            var answer =
                JsonObject.builder()
                    .put("exit_code", done.exitCode())
                    .put("stdout", done.out())
                    .put("stderr", done.err());
            System.out.println(Json.text(answer.build()));
            return 0;
          }
          System.out.print(done.out());
          System.err.print(done.err());
          return done.exitCode();
        });
  }

  private int streamed(CriClient cri, Duration limit)
      throws IOException, InterruptedException, TimeoutException {
    var request =
        JsonObject.builder()
            .put("container_id", id)
            .put("cmd", JsonArray.strings(command))
            .put("tty", tty)
            .put("stdin", stdin)
            .put("stdout", true)
            .put("stderr", !tty)
            .build();
    String url = CriClient.text(cri.call("Exec", request), "url");
    try (var process = RemoteProcess.connect(url, System.out, System.err)) {
      // a virtual thread would hold its carrier while nobody types
      if (stdin) Thread.ofPlatform().daemon().start(() -> feed(process));
      int code = process.await(limit);
      System.out.flush();
      return code;
    }
  }

  private static void feed(RemoteProcess process) {
    byte[] block = new byte[4096];
    try {
      for (int n = System.in.read(block); n > 0; n = System.in.read(block))
        process.input(Arrays.copyOf(block, n));
    } catch (IOException | RuntimeException e) {
      System.err.println("theca cri: input ended: " + e.getMessage());
    }
  }
}
