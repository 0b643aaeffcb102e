package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.copy.LayerChange;
import dev.theca.image.local.ImageLocation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca image pull}: judge first, then copy what was judged. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Pulls an image into an OCI layout, if its signatures hold.",
      "What is encrypted stays so. Signatures come along. A layout without a tag gets the tag of the image.",
      "",
      "Examples:",
      "  theca image pull registry.example/app:1 oci:app --key cosign.pub",
      "  theca image pull registry.example/app:1 oci:app --policy policy.json"
    })
final class PullCommand implements Callable<Integer> {
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private RegistryOptions registries = new RegistryOptions();
  @Mixin private PlatformOptions.OneOrAll platform = new PlatformOptions.OneOrAll();
  @Mixin private PolicyOptions policy = new PolicyOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "the image in a registry")
  private String source = "";

  @Parameters(index = "1", paramLabel = "oci:DIR[:TAG]", description = "where it goes")
  private String target = "";

  @Option(names = "--no-signatures", description = "leave signatures and referrers behind")
  private boolean noSignatures;

  @Override
  public Integer call() {
    return output.run(this::pull);
  }

  private int pull(Outlet outlet) {
    var from = Place.of(source, policy.as());
    var to = Place.of(target).taggedLike(from);
    if (!(to.location() instanceof ImageLocation.Layout))
      throw new WrongUsage("pull writes to oci:DIR[:TAG]; to another registry: copy");
    var choice = platform.choice();
    var accepting = policy.of(from, outlet).orThrow();
    try (var session = registries.open(outlet);
        var reader = from.reader(session.registries())) {
      var judged = Judged.of(from, reader, choice, accepting).orThrow();
      var shipment =
          new Shipment(reader, judged.root(), from, to, choice, LayerChange.none(), !noSignatures);
      var arrived = shipment.send(session.registries(), outlet);
      return outlet.say(
          shipment.json(arrived).put("accepted", AcceptedText.json(judged.accepted())).build(),
          shipment.text("pulled", arrived) + AcceptedText.of(judged.accepted()));
    }
  }
}
