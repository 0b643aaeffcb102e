package dev.theca.cli.image;

import dev.theca.image.copy.LayerChange;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Source, destination, and all that a copy between them needs. */
final class Transfer {
  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin private final RegistryOptions registries = new RegistryOptions();
  @Mixin private final PlatformOptions.OneOrAll platform = new PlatformOptions.OneOrAll();

  @Parameters(index = "0", paramLabel = "SOURCE", description = "the image")
  private String source = "";

  @Parameters(index = "1", paramLabel = "DEST", description = "a registry's name or oci:DIR[:TAG]")
  private String target = "";

  @Option(
      names = "--no-signatures",
      description = "leave signatures and referrers of unchanged images behind")
  private boolean noSignatures;

  /** What is to be moved, before anything moved. */
  record Ready(RegistryOptions.Session session, Outlet outlet, Shipment shipment) {
    int send(String verb) {
      var arrived = shipment.send(session.registries(), outlet);
      return outlet.say(shipment.json(arrived).build(), shipment.text(verb, arrived));
    }

    Ready with(LayerChange change) {
      return new Ready(
          session,
          outlet,
          new Shipment(
              shipment.from(),
              shipment.root(),
              shipment.source(),
              shipment.target(),
              shipment.choice(),
              change,
              shipment.signatures()));
    }
  }

  /** What a command does with it. */
  @FunctionalInterface
  interface Use {
    int with(Ready ready);
  }

  int run(Use use) {
    return output.run(
        outlet -> {
          var from = Place.of(source);
          var to = Place.of(target).taggedLike(from);
          var choice = platform.choice();
          try (var session = registries.open(outlet);
              var reader = from.reader(session.registries())) {
            var root = reader.root().orThrow();
            var shipment =
                new Shipment(reader, root, from, to, choice, LayerChange.none(), !noSignatures);
            return use.with(new Ready(session, outlet, shipment));
          }
        });
  }
}
