package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import picocli.CommandLine.Command;

/** {@code theca image}: what an owner does with images before and beside running them. */
@Command(
    name = "theca image",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Moves, signs, encrypts and unpacks images. An image is named as skopeo names it:",
      "docker://HOST/NAME:TAG or plain HOST/NAME:TAG, oci:DIR[:TAG], docker-archive:FILE[:NAME].",
      "",
      "Examples:",
      "  theca image inspect registry.example/app:1",
      "  theca image pull registry.example/app:1 oci:app --key cosign.pub",
      "  theca image unpack registry.example/app:1 tree --key cosign.pub"
    },
    subcommands = {
      InspectCommand.class,
      PullCommand.class,
      PushCommand.class,
      CopyCommand.class,
      SignCommand.class,
      VerifyCommand.class,
      EncryptCommand.class,
      DecryptCommand.class,
      RecipientsCommand.class,
      UnpackCommand.class,
      DiffCommand.class,
      KeygenCommand.class,
      KeyProviderCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a file could not be written; or 'diff' found differences",
      "2:refused: what was expected, what was found, what to do",
      "64:wrong usage",
      "69:a registry or a disk does not answer"
    })
final class ImageCommand {}
