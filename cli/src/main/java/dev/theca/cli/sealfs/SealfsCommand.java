package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import picocli.CommandLine.Command;

/** {@code theca sealfs}: what an owner does with sealed volumes by hand. */
@Command(
    name = "theca sealfs",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Makes, mounts, reads and checks sealed volumes: encrypted, authenticated, and refused when",
      "somebody brings back yesterday's copy. A key comes from a file or a file descriptor, 32 raw",
      "bytes or 64 hex digits, never from an argument. Beside it lies KEY.volume: which volume it",
      "opens, and the newest state of it.",
      "",
      "Examples:",
      "  theca sealfs mkfs data.seal --key-file data.key",
      "  theca sealfs mount data.seal /mnt --key-file data.key",
      "  theca sealfs ls data.seal / --key-file data.key"
    },
    subcommands = {
      MkfsCommand.class,
      MountCommand.class,
      UmountCommand.class,
      ListCommand.class,
      CatCommand.class,
      CopyInCommand.class,
      InfoCommand.class,
      VerifyVolumeCommand.class,
      CompactCommand.class,
      ExportCommand.class,
      SpeedCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a file could not be read or written",
      "2:refused: what was expected, what was found, what to do",
      "64:wrong usage",
      "69:a disk or the kernel does not answer, or lacks something"
    })
final class SealfsCommand {}
