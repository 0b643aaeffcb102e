package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Bytes;
import dev.theca.cli.image.Outlet;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs cp-in}: files of this machine into a volume that is not mounted. */
@Command(
    name = "cp-in",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Copies a file or a folder into a volume that nobody has mounted, with owners, permissions,",
      "times, attributes and links. PATH is its new name; a folder of that name takes it in, a file",
      "is replaced.",
      "",
      "Examples:",
      "  theca sealfs cp-in data.seal model.bin /model.bin --key-file data.key",
      "  theca sealfs cp-in data.seal weights /models/ --key-file data.key"
    })
final class CopyInCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private Which which = new Which();

  @Parameters(index = "1", paramLabel = "FROM", description = "a file or folder here")
  private Path from = Path.of("");

  @Parameters(index = "2", paramLabel = "PATH", description = "in the volume")
  private String path = "";

  @Override
  public Integer call() {
    return talk.run(this::copy);
  }

  private int copy(Outlet outlet) throws IOException {
    var source = HostFolder.of(from);
    try (var opened = which.toWrite(VolumeOptions.USUAL)) {
      var place = place(opened.volume());
      var copy = new TreeCopy(source, Target.of(opened.volume().edit()));
      copy.one(source.root(), place.parent(), place.name());
      opened.volume().sync();
      return outlet.say(
          JsonObject.builder()
              .put("entries", copy.entries())
              .put("bytes", copy.bytes())
              .put("freshness", opened.freshness())
              .build(),
          "%d %s, %s"
              .formatted(
                  copy.entries(),
                  copy.entries() == 1 ? "entry" : "entries",
                  Bytes.of(copy.bytes())));
    }
  }

  private record Place(long parent, byte[] name) {}

  private Place place(Volume volume) {
    var tree = volume.tree();
    var there = tree.find(path);
    if (there.isPresent() && there.get().isDirectory()) {
      String name = String.valueOf(from.toAbsolutePath().normalize().getFileName());
      return free(volume, there.get().ino(), name);
    }
    if (path.endsWith("/")) throw new WrongUsage("there is no folder " + path + " in it");
    int slash = path.lastIndexOf('/');
    String folder = slash <= 0 ? "/" : path.substring(0, slash);
    var parent =
        tree.find(folder)
            .filter(node -> node.isDirectory())
            .orElseThrow(() -> new WrongUsage("there is no folder " + folder + " in it"));
    return free(volume, parent.ino(), path.substring(slash + 1));
  }

  private static Place free(Volume volume, long parent, String name) {
    if (name.isEmpty() || name.equals(".") || name.equals(".."))
      throw new WrongUsage("PATH is the new name in the volume");
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    var there = volume.tree().find(parent, bytes);
    if (there.isPresent()) {
      if (there.get().isDirectory()) throw new WrongUsage("the folder " + name + " is there");
      volume.edit().unlink(parent, bytes);
    }
    return new Place(parent, bytes);
  }
}
