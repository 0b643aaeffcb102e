package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Bytes;
import dev.theca.cli.image.Outlet;
import dev.theca.sealfs.VolumeHead;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca sealfs info}: what anybody sees of a volume, and what its owner knows. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Shows what a volume is. Without a key: what its head says, which anybody can read and nobody",
      "has proved. With a key: whether it is the volume of the record, in the newest state.",
      "",
      "Examples:",
      "  theca sealfs info data.seal",
      "  theca sealfs info data.seal --key-file data.key --json"
    })
final class InfoCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private Which which = new Which();

  @Override
  public Integer call() {
    return talk.run(this::show);
  }

  private int show(Outlet outlet) throws IOException {
    if (which.hasUpper()) throw new WrongUsage("name the upper's own file; or see 'verify'");
    var head = VolumeHead.read(which.file()).orThrow();
    var json = head(head);
    var text = new StringBuilder(text(head));
    if (!which.keys().given()) {
      json.put("proved", "nothing");
      text.append("proved:     nothing of this; content, names, sizes and rights need the key\n");
    } else {
      prove(json, text);
    }
    return outlet.say(json.build(), text.toString());
  }

  private void prove(JsonObject.Builder json, StringBuilder text) throws IOException {
    try (var opened = which.toRead()) {
      var facts = opened.volume().facts();
      json.put("proved", "identity, tree")
          .put("freshness", opened.freshness())
          .put("inodes", facts.inodes())
          .put("taken-bytes", facts.usedBytes());
      text.append("proved:     identity and tree, freshness=").append(opened.freshness());
      text.append("; content is proved when it is read ('verify' reads all)\n");
      text.append("inodes:     ").append(facts.inodes()).append('\n');
      opened
          .volume()
          .anchor()
          .ifPresent(
              state -> {
                json.put("state", state.toString());
                text.append("state:      ").append(state).append('\n');
              });
    }
  }

  private static String kind(VolumeHead head) {
    if (head.isBase()) return "base";
    return head.baseUuid().isPresent() ? "upper" : "volume";
  }

  private JsonObject.Builder head(VolumeHead head) throws IOException {
    var json =
        JsonObject.builder()
            .put("format", VolumeHead.VERSION)
            .put("kind", kind(head))
            .put("uuid", head.uuid().toString());
    head.baseUuid().map(UUID::toString).ifPresent(base -> json.put("base", base));
    return json.put("file-bytes", Files.size(which.file()))
        .put("block-bytes", head.blockBytes())
        .put("used-bytes", head.usedBytes())
        .put("used-inodes", head.usedInodes())
        .put("quota-bytes", head.quotaBytes())
        .put("quota-inodes", head.quotaInodes())
        .put("generation", head.generation())
        .put("epochs", head.epochs())
        .put("sequence", head.sequence());
  }

  private String text(VolumeHead head) throws IOException {
    return "format:     sealfs %d, %s%n".formatted(VolumeHead.VERSION, kind(head))
        + "uuid:       %s%n".formatted(head.uuid())
        + head.baseUuid().map("above:      %s%n"::formatted).orElse("")
        + "file:       %s, blocks of %s%n"
            .formatted(Bytes.of(Files.size(which.file())), Bytes.of(head.blockBytes()))
        + "used:       %s, %d inodes%n".formatted(Bytes.of(head.usedBytes()), head.usedInodes())
        + (head.quotaBytes() == 0 ? "" : "quota:      %s%n".formatted(Bytes.of(head.quotaBytes())))
        + "generation: %d, %d of 32768 epochs, sequence %d%n"
            .formatted(head.generation(), head.epochs(), head.sequence());
  }
}
