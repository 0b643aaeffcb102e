package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.wire.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca image inspect}: what there is, without trusting it. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Shows what an image is made of, and what lies beside it.",
      "Digests, platforms, layers and who can open them, configuration, signatures and referrers.",
      "Digests are checked; signatures are listed, not verified: see 'verify'.",
      "",
      "Examples:",
      "  theca image inspect registry.example/app:1",
      "  theca image inspect --raw registry.example/app:1",
      "  theca image inspect --config --platform linux/arm64 docker-archive:app.tar"
    })
final class InspectCommand implements Callable<Integer> {
  private static final int MAX_CONFIG_BYTES = 8 << 20;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private RegistryOptions registries = new RegistryOptions();
  @Mixin private PlatformOptions platform = new PlatformOptions();

  @Parameters(paramLabel = "IMAGE", description = "the image")
  private String image = "";

  @Option(
      names = "--raw",
      description = "the manifest or index (with --config: that), byte for byte")
  private boolean raw;

  @Option(names = "--config", description = "the configuration alone")
  private boolean config;

  @Override
  public Integer call() {
    return output.run(this::inspect);
  }

  private int inspect(Outlet outlet) {
    if (raw && outlet.json()) throw new WrongUsage("--raw goes without --json");
    var place = Place.of(image);
    try (var session = registries.open(outlet);
        var reader = place.reader(session.registries())) {
      var root = reader.root().orThrow();
      if (raw && !config) return outlet.raw(root.bytes());
      var resolved = ManifestResolver.resolve(reader, root, platform.one()).orThrow();
      byte[] bytes = reader.small(resolved.manifest().config(), MAX_CONFIG_BYTES).orThrow();
      if (raw) return outlet.raw(bytes);
      var configuration = Json.object(bytes).orThrow();
      if (config) return outlet.say(configuration, Json.pretty(configuration));
      var found = Signatures.of(reader, resolved.digests()).orThrow();
      var shown = Inspection.of(place, resolved, configuration, found).orThrow();
      return outlet.say(shown.json(), shown.text());
    }
  }
}
