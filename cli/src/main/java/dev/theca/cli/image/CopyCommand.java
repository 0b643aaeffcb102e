package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca image copy}: from any place to any place, byte for byte. */
@Command(
    name = "copy",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Copies an image, with its signatures.",
      "Digests are checked on the way; whether the image is to be trusted is not asked: that is",
      "'pull', 'verify' and 'unpack'.",
      "",
      "Examples:",
      "  theca image copy docker-archive:app.tar registry.example/app:1",
      "  theca image copy --all-platforms registry.example/a:1 registry.example/b:1"
    })
final class CopyCommand implements Callable<Integer> {
  @Mixin private Transfer transfer = new Transfer();

  @Override
  public Integer call() {
    return transfer.run(ready -> ready.send("copied"));
  }
}
