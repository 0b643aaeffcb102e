package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker resource get}: a value that somebody put, shown to an administrator. */
@Command(
    name = "get",
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Shows a value that somebody put; those that were generated are shown to nobody.",
      "Each showing is in the audit trail.",
      "",
      "Example: theca broker resource get default/key/one -o key.bin"
    })
final class ResourceGetCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message.")
  private boolean unusedHelp;

  @Parameters(index = "0", paramLabel = ResourceCommand.PATH, description = "its name")
  private String path = "";

  @Option(names = "--version", paramLabel = "N", description = "default: the last")
  private @Nullable Long number;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "a new file of mode 0600 (default: standard output)")
  private @Nullable Path out;

  @Override
  public Integer call() {
    return to.run(this::shown);
  }

  private int shown(Talk talk) throws java.io.IOException {
    var name = ResourcePath.of(path);
    long wanted = number != null ? number : last(talk, name);
    byte[] value = talk.bytes(AdminCall.get(name.version(wanted) + "/value"));
    try {
      if (out != null) Output.secret(out, value);
      else talk.out().write(value, 0, value.length);
      talk.out().flush();
    } finally {
      Arrays.fill(value, (byte) 0);
    }
    return 0;
  }

  private static long last(Talk talk, ResourcePath name) {
    long last = 0;
    for (JsonValue version : ResourceCommand.versions(talk, name))
      if (version instanceof JsonObject one)
        last = Math.max(last, one.integer("version").orElse(0L));
    return last;
  }
}
