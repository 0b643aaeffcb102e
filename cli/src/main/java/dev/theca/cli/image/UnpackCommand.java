package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.pull.ImagePull;
import dev.theca.image.unpack.DirectorySink;
import dev.theca.image.unpack.Limits;
import dev.theca.interop.Zstd;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca image unpack}: from a name to a tree, in the order that trust needs. */
@Command(
    name = "unpack",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Unpacks an image into a new directory: signatures first, then keys, then layers.",
      "The tree appears whole, after everything held, or not at all. root gets owners, devices and all",
      "attributes; others get what anybody may have, and hear what was left out.",
      "",
      "Examples:",
      "  theca image unpack registry.example/app:1 tree --key cosign.pub",
      "  theca image unpack registry.example/app:1 tree --key cosign.pub"
          + " --decryption-key team.pem --require-encrypted",
      "  theca image unpack oci:app:1 tree --key cosign.pub --as registry.example/app:1"
    })
final class UnpackCommand implements Callable<Integer> {
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private RegistryOptions registries = new RegistryOptions();
  @Mixin private PlatformOptions platform = new PlatformOptions();
  @Mixin private PolicyOptions policy = new PolicyOptions();
  @Mixin private DecryptionOptions keys = new DecryptionOptions();
  @Mixin private KeyFolderOption keyFolder = new KeyFolderOption();

  @Parameters(index = "0", paramLabel = "IMAGE", description = "the image")
  private String image = "";

  @Parameters(index = "1", paramLabel = "DIR", description = "a directory that does not exist yet")
  private Path target = Path.of("");

  @Option(names = "--rootless", description = "as if we were not root")
  private boolean rootless;

  @Option(names = "--require-encrypted", description = "refuse an image with a plain layer")
  private boolean encrypted;

  @Override
  public Integer call() {
    return output.run(this::unpack);
  }

  private int unpack(Outlet outlet) throws IOException {
    var place = Place.of(image, policy.as());
    if (taken(target)) throw new WrongUsage(target + " is not empty; choose another directory");
    var accepting = policy.of(place, outlet).orThrow();
    var demands =
        new ImagePull.Demands(
            accepting, () -> keys.opener(keyFolder.folder()), encrypted, platform.one());
    var rights = rootless || !isRoot() ? DirectorySink.Rights.OWN : DirectorySink.Rights.ROOT;
    try (var session = registries.open(outlet);
        var reader = place.reader(session.registries());
        var sink = DirectorySink.create(target, rights, Limits.DEFAULT)) {
      var pulled =
          new ImagePull(new Zstd(), Limits.DEFAULT, outlet.progress(), InstantSource.system())
              .pull(place.name(), reader, demands, sink)
              .orThrow();
      sink.publish();
      var left = new TreeMap<>(sink.leftOut());
      return outlet.say(json(pulled, left), text(place, pulled, left));
    }
  }

  private static boolean taken(Path path) throws IOException {
    if (!Files.exists(path)) return false;
    if (!Files.isDirectory(path)) return true;
    try (var names = Files.newDirectoryStream(path)) {
      return names.iterator().hasNext();
    }
  }

  /** Our own folder in /proc belongs to our effective user (proc(5)). */
  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private JsonObject json(ImagePull.Pulled pulled, Map<String, Long> left) {
    var skipped = JsonObject.builder();
    left.forEach(skipped::put);
    var unpacked = pulled.unpacked();
    return JsonObject.builder()
        .put("digest", pulled.image().root().digest().toString())
        .put("manifest", pulled.image().manifest().digest().toString())
        .put("directory", target.toString())
        .put("accepted", AcceptedText.json(pulled.accepted()))
        .put("layers", unpacked.layers())
        .put("entries", unpacked.entries())
        .put("files", unpacked.files())
        .put("bytes", unpacked.plainBytes())
        .put("stored-bytes", unpacked.blobBytes())
        .put("left-out", skipped.build())
        .build();
  }

  private String text(Place place, ImagePull.Pulled pulled, Map<String, Long> left) {
    var unpacked = pulled.unpacked();
    var text =
        new StringBuilder("unpacked ")
            .append(place)
            .append(" to ")
            .append(target)
            .append('\n')
            .append(pulled.image().root().digest())
            .append('\n')
            .append(unpacked.layers())
            .append(unpacked.layers() == 1 ? " layer, " : " layers, ")
            .append(unpacked.entries())
            .append(" entries, ")
            .append(Bytes.of(unpacked.plainBytes()))
            .append('\n')
            .append(AcceptedText.of(pulled.accepted()));
    left.forEach(
        (kind, count) ->
            text.append("left out: ").append(count).append(' ').append(kind).append('\n'));
    return text.toString();
  }
}
