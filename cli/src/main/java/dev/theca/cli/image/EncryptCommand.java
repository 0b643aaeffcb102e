package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.image.copy.Encrypting;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca image encrypt}: layers that only recipients open. */
@Command(
    name = "encrypt",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Copies an image and encrypts its layers on the way.",
      "It does so as ocicrypt's tools do; nothing plain is written. Sign afterwards: a signature is over the encrypted image. To add recipients to",
      "an encrypted image, see 'theca image recipients'.",
      "",
      "Examples:",
      "  theca image encrypt --encryption-key jwe:team.pub oci:app:1 registry.example/app:1",
      "  theca image encrypt --encryption-key jwe:team.pub --encrypt-layer -1 oci:app:1 oci:app:2",
      "  theca image encrypt --key-folder keks"
          + " --encryption-key provider:attestation-agent:keyid=kbs:///default/image-kek/app"
          + " oci:app:1 registry.example/app:1"
    })
final class EncryptCommand implements Callable<Integer> {
  @Mixin private Transfer transfer = new Transfer();
  @Mixin private RecipientOptions recipients = new RecipientOptions();
  @Mixin private KeyFolderOption keyFolder = new KeyFolderOption();

  @Option(
      names = "--encrypt-layer",
      paramLabel = "N",
      description = "one layer, from 0 at the bottom or -1 at the top; repeatable (default: all)")
  private List<Integer> layers = new ArrayList<>();

  @Override
  public Integer call() {
    return transfer.run(
        ready -> {
          var shipment = ready.shipment();
          var images =
              Images.of(shipment.from(), shipment.root(), shipment.choice())
                  .then(Images::layers)
                  .orThrow();
          var wraps = recipients.read(keyFolder.folder()).orThrow();
          var sealing = new Encrypting(new LayerSealer(wraps), Set.of());
          var change = ChosenLayers.of(sealing, layers, images);
          boolean some =
              images.stream()
                  .anyMatch(
                      image -> {
                        for (int i = 0; i < image.size(); i++)
                          if (change.applies(image.get(i), i)) return true;
                        return false;
                      });
          if (!some) nothing(shipment.source()).orThrow();
          return ready.with(change).send("encrypted");
        });
  }

  private static Outcome<Boolean> nothing(Place source) {
    return CryptCode.RECIPIENT.refuse(
        "image " + source,
        "plain layers to encrypt",
        "layers that are encrypted already",
        "to let more people open it: theca image recipients add");
  }
}
