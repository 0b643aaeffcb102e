package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import dev.theca.cli.line.PlainLine;
import dev.theca.linux.DeviceNumber;
import dev.theca.linux.Mounts;
import dev.theca.linux.fuse.FuseServers;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
      "Unmounts a volume, and waits until its server has written what is left and has ended.",
      "With --lazy, and on kernels that do not tell who serves a mount, it does not wait.",
      "",
      "Example: theca sealfs umount /mnt"
    })
final class UmountCommand implements Callable<Integer> {
  private static final long SECONDS = 120;
  private static final long LOOK_MILLIS = 5;

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
    List<Long> servers = DeviceNumber.of(place).map(FuseServers::of).orElse(List.of());
    if (!Mounts.unmount(place, lazy))
      throw new WrongUsage(target + " is in use; end what uses it, or say --lazy");
    if (!lazy) for (long server : servers) await(server);
    return outlet.say(
        JsonObject.builder().put("unmounted", place.toString()).build(), "unmounted " + target);
  }

  /** Its last checkpoint is on the disk when it ends. */
  private static void await(long server) throws IOException {
    if (server == ProcessHandle.current().pid()) return;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try {
      while (FuseServers.lives(server)) {
        if (System.nanoTime() - end > 0)
          throw new IOException(
              "unmounted, but process " + server + " still writes what is left; wait for it");
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
