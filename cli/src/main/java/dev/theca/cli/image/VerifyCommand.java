package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.wire.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca image verify}: what a policy says about an image, and why. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Says whether an image is signed as a policy wants it, and by whom.",
      "Exit code 0 means yes, 2 means no.",
      "",
      "Examples:",
      "  theca image verify registry.example/app:1 --key cosign.pub",
      "  theca image verify registry.example/app:1 --policy policy.json --lookaside-dir places.d",
      "  theca image verify registry.example/app:1 --trusted-root root.json"
          + " --identity ci@example.org --issuer https://accounts.example.org",
      "  theca image verify oci:app:1 --key cosign.pub --as registry.example/app:1"
    })
final class VerifyCommand implements Callable<Integer> {
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private RegistryOptions registries = new RegistryOptions();
  @Mixin private PlatformOptions.OneOrAll platform = new PlatformOptions.OneOrAll();
  @Mixin private PolicyOptions policy = new PolicyOptions();

  @Parameters(paramLabel = "IMAGE", description = "the image")
  private String image = "";

  @Override
  public Integer call() {
    return output.run(this::verify);
  }

  private int verify(Outlet outlet) {
    var place = Place.of(image, policy.as());
    var accepting = policy.of(place, outlet).orThrow();
    try (var session = registries.open(outlet);
        var reader = place.reader(session.registries())) {
      var judged = Judged.of(place, reader, platform.choice(), accepting).orThrow();
      return outlet.say(
          JsonObject.builder()
              .put("name", place.toString())
              .put("digest", judged.root().digest().toString())
              .put("accepted", AcceptedText.json(judged.accepted()))
              .build(),
          place
              + " is accepted\n"
              + judged.root().digest()
              + "\n"
              + AcceptedText.of(judged.accepted()));
    }
  }
}
