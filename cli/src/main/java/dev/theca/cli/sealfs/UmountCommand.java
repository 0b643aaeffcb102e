package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import dev.theca.cli.line.PlainLine;
import dev.theca.linux.Mounts;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs umount}: takes a mounted volume away. */
@Command(
    name = "umount",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Unmounts a volume. Its server writes what is left to be written, and ends: wait for that.",
      "",
      "Example: theca sealfs umount /mnt"
    })
final class UmountCommand implements Callable<Integer> {
  @Mixin private Talk talk;

  @Parameters(paramLabel = "FOLDER", description = "where it is mounted")
  private Path target;

  @Option(names = "--lazy", description = "also when it is in use: it ends with its last user")
  private boolean lazy;

  UmountCommand() {
    talk = new Talk();
    target = Path.of("");
  }

  /** Without the full parser. */
  UmountCommand(PlainLine line) {
    talk = new Talk(line.has("--json"));
    target = Path.of(line.word(0));
    lazy = line.has("--lazy");
  }

  @Override
  public Integer call() {
    return talk.run(this::unmount);
  }

  private int unmount(Outlet outlet) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    if (!isOurs(place)) throw new WrongUsage("no sealed volume is mounted on " + target);
    if (!Mounts.unmount(place, lazy))
      throw new WrongUsage(target + " is in use; end what uses it, or say --lazy");
    return outlet.say(
        JsonObject.builder().put("unmounted", place.toString()).build(), "unmounted " + target);
  }

  private static boolean isOurs(Path place) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines.anyMatch(
          line -> {
            String[] fields = line.split(" ");
            return fields[4].equals(place.toString().replace(" ", "\\040"))
                && line.contains(" - fuse.sealfs ");
          });
    }
  }
}
