package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker resource generate}: a value that the broker makes and no human sees. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Makes a value inside the broker, which no human sees.",
      "",
      "Example: theca broker resource generate default/key/two aes-256 --rotate-every 30d"
    })
final class ResourceGenerateCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();

  @Parameters(index = "0", paramLabel = ResourceCommand.PATH, description = "its name")
  private String path = "";

  @Parameters(
      index = "1",
      paramLabel = "RECIPE",
      description =
          "random:BYTES, aes-256, ec-p256, ec-p384, rsa-3072, ed25519 or"
              + " password:LENGTH[:ALPHABET]")
  private String recipe = "";

  @Option(names = "--rotate-every", paramLabel = "SPAN", description = "such as 30d")
  private @Nullable String every;

  @Option(names = "--lifetime", paramLabel = "SPAN", description = "how long a version is given")
  private @Nullable String lifetime;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Time.class,
      description = "until then it is given")
  private @Nullable Instant expires;

  @Option(names = "--if-version", paramLabel = "N", description = "only when N is the last")
  private @Nullable Long ifVersion;

  @Override
  public Integer call() {
    return to.run(
        talk -> {
          var name = ResourcePath.of(path);
          var made = talk.ask(AdminCall.post(name.route() + "/generate").with(wish()));
          return ResourceVersion.said(talk, name, made);
        });
  }

  private byte[] wish() {
    var wish = JsonObject.builder().put("recipe", recipe);
    if (every != null) wish.put("period_seconds", Spans.seconds("--rotate-every", every));
    if (lifetime != null) wish.put("lifetime_seconds", Spans.seconds("--lifetime", lifetime));
    if (expires != null) wish.put("expires", expires.toString());
    if (ifVersion != null) wish.put("if_version", ifVersion);
    return Json.write(wish.build());
  }
}
