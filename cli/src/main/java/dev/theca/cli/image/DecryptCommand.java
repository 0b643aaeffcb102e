package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.image.Descriptor;
import dev.theca.image.copy.Decrypting;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca image decrypt}: the plain image again. */
@Command(
    name = "decrypt",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Copies an image and decrypts its layers on the way.",
      "The destination holds plain layers.",
      "",
      "Examples:",
      "  theca image decrypt --decryption-key team.pem registry.example/app:1 oci:plain:1",
      "  theca image decrypt --key-folder keks oci:app:2 oci:plain:1"
    })
final class DecryptCommand implements Callable<Integer> {
  @Mixin private Transfer transfer = new Transfer();
  @Mixin private DecryptionOptions keys = new DecryptionOptions();
  @Mixin private KeyFolderOption keyFolder = new KeyFolderOption();

  @Override
  public Integer call() {
    return transfer.run(
        ready -> {
          var shipment = ready.shipment();
          boolean some =
              Images.of(shipment.from(), shipment.root(), shipment.choice())
                  .then(Images::layers)
                  .orThrow()
                  .stream()
                  .anyMatch(layers -> layers.stream().anyMatch(Descriptor::encrypted));
          if (!some) {
            ready
                .outlet()
                .warn(shipment.source() + " has no encrypted layer; it is copied as it is");
            return ready.send("copied");
          }
          return ready
              .with(new Decrypting(keys.opener(keyFolder.folder()).orThrow()))
              .send("decrypted");
        });
  }
}
