package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.local.ImageLocation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca image push}: from files to a registry. */
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Pushes an image from files to a registry, with its signatures.",
      "",
      "Examples:",
      "  docker save app:1 -o app.tar",
      "  theca image push docker-archive:app.tar registry.example/app:1"
    })
final class PushCommand implements Callable<Integer> {
  @Mixin private Transfer transfer = new Transfer();

  @Override
  public Integer call() {
    return transfer.run(
        ready -> {
          if (!(ready.shipment().target().location() instanceof ImageLocation.Registry))
            throw new WrongUsage("push writes to a registry; to write files: copy");
          return ready.send("pushed");
        });
  }
}
