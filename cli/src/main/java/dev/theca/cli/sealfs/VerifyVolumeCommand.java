package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.image.Bytes;
import dev.theca.cli.image.Outlet;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca sealfs verify}: reads everything. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Reads all of a volume and checks that it is what was stored, in the newest state that is",
      "remembered. Changes nothing.",
      "",
      "Example: theca sealfs verify data.seal --key-file data.key"
    })
final class VerifyVolumeCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private Which which = new Which();

  @Override
  public Integer call() {
    return talk.run(this::verify);
  }

  private int verify(Outlet outlet) throws IOException {
    try (var opened = which.toRead()) {
      var found = opened.volume().verify().orThrow();
      return outlet.say(
          JsonObject.builder()
              .put("inodes", found.inodes())
              .put("bytes", found.bytes())
              .put("freshness", opened.freshness())
              .build(),
          "whole: %d inodes, %s, freshness=%s"
              .formatted(found.inodes(), Bytes.of(found.bytes()), opened.freshness()));
    }
  }
}
