package dev.theca.cli.image;

import dev.theca.broker.RefusalText;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.Descriptor;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.KeyPacket;
import dev.theca.image.crypt.LayerRecipients;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca image recipients}: who can open an encrypted image. */
@Command(
    name = "recipients",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Lists, adds and removes those who can open an encrypted image.",
      "Its layers stay as they are. The manifest changes, so sign the image again.",
      "",
      "Example: theca image recipients list registry.example/app:1"
    })
final class RecipientsCommand {
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists the key packets of each encrypted layer.",
        "Most kinds do not say whose they are.",
        "",
        "Example: theca image recipients list registry.example/app:1"
      })
  int list(
      @Mixin OutputOptions output,
      @Mixin RegistryOptions registries,
      @Mixin PlatformOptions platform,
      @Parameters(paramLabel = "IMAGE", description = "the image") String image) {
    return output.run(
        outlet -> {
          var place = Place.of(image);
          try (var session = registries.open(outlet);
              var reader = place.reader(session.registries())) {
            var layers =
                dev.theca.image.remote.ManifestResolver.resolve(reader, platform.one())
                    .orThrow()
                    .manifest()
                    .layers();
            return outlet.say(json(layers), text(layers));
          }
        });
  }

  private static JsonObject json(List<Descriptor> layers) {
    var items = new ArrayList<JsonValue>();
    for (Descriptor layer : layers)
      items.add(
          JsonObject.builder()
              .put("layer", layer.digest().toString())
              .put("encrypted", layer.encrypted())
              .put("recipients", Packets.json(layer).orThrow())
              .build());
    return JsonObject.builder().put("layers", new JsonArray(items)).build();
  }

  private static String text(List<Descriptor> layers) {
    var text = new StringBuilder();
    for (int i = 0; i < layers.size(); i++) {
      text.append(i).append("  ").append(layers.get(i).digest());
      text.append(layers.get(i).encrypted() ? "\n" : "  not encrypted\n");
      for (String line : Packets.lines(layers.get(i)).orThrow())
        text.append("   ").append(RefusalText.plain(line)).append('\n');
    }
    return text.toString();
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lets somebody else open the image, too. It takes a key that opens it now.",
        "",
        "Example: theca image recipients add registry.example/app:1 registry.example/app:2"
            + " --decryption-key team.pem --encryption-key jwe:partner.pub"
      })
  int add(
      @Mixin Transfer transfer,
      @Mixin DecryptionOptions keys,
      @Mixin RecipientOptions recipients,
      @Mixin KeyFolderOption keyFolder) {
    return transfer.run(
        ready -> {
          if (!keys.given() && keyFolder.folder().isEmpty())
            throw new WrongUsage("give a key that opens the image: --decryption-key KEY");
          var own = keys.read(keyFolder.folder()).orThrow();
          var more = recipients.read(keyFolder.folder()).orThrow();
          return changed(ready, layer -> LayerRecipients.add(layer, own, more));
        });
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Drops key packets from each layer that has them. Whoever has the old manifest, or opened",
        "the image before, still can: where that matters, encrypt it anew.",
        "",
        "Example: theca image recipients remove registry.example/app:1 registry.example/app:2"
            + " --packet 'jwe[0]'"
      })
  int remove(
      @Mixin Transfer transfer,
      @Option(
              names = "--packet",
              required = true,
              paramLabel = "KIND[N]",
              description = "as 'recipients list' names it; repeatable")
          List<String> names) {
    return transfer.run(
        ready ->
            changed(
                ready,
                layer ->
                    KeyPacket.of(layer.annotations())
                        .map(
                            packets ->
                                packets.stream()
                                    .filter(packet -> names.contains(packet.toString()))
                                    .toList())
                        .then(
                            gone ->
                                gone.isEmpty()
                                    ? Outcome.granted(layer)
                                    : LayerRecipients.remove(layer, gone))));
  }

  private static int changed(
      Transfer.Ready ready, Function<Descriptor, Outcome<Descriptor>> change) {
    var shipment = ready.shipment();
    var image =
        Relabelled.of(shipment.from(), shipment.root(), shipment.choice(), change).orThrow();
    if (image.changed() == 0) nothing(shipment.source()).orThrow();
    var relabelled =
        new Shipment(
            image.reader(),
            image.root(),
            shipment.source(),
            shipment.target(),
            new dev.theca.image.copy.ImageCopy.Choice.All(),
            shipment.change(),
            false);
    var arrived = relabelled.send(ready.session().registries(), ready.outlet());
    return ready
        .outlet()
        .say(
            relabelled.json(arrived).put("changed", image.changed()).build(),
            relabelled.text("changed " + count(image.changed()) + " of", arrived));
  }

  private static String count(int layers) {
    return layers + (layers == 1 ? " layer" : " layers");
  }

  private static Outcome<Boolean> nothing(Place source) {
    return CryptCode.RECIPIENT.refuse(
        "recipients of " + source,
        "an encrypted layer with such packets",
        "none",
        "see what there is: theca image recipients list");
  }
}
