package dev.theca.cli;

import dev.theca.image.ImageRef;
import dev.theca.image.Progress;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Does once what commands with much to load do, so that the launcher's class archive has their
 * classes: an image is pushed to a registry of its own on loopback, encrypted and unpacked. The
 * launcher runs it when it makes the archive; nothing depends on how it ends.
 */
final class Rehearsal {
  private static final int FILE_BYTES = 1 << 20;

  private Rehearsal() {}

  public static void main(String[] args) throws Exception {
    Path work = Files.createTempDirectory("theca-rehearsal");
    var settings = RegistrySettings.of(work.resolve("registry")).withListen("127.0.0.1:0");
    try (var registry = Registry.start(settings, InstantSource.system()).orThrow()) {
      String host = registry.address();
      push(host);
      run("help");
      run("image", "keygen", "encryption", work.resolve("key").toString());
      run(
          "image",
          "encrypt",
          "--insecure-registry",
          host,
          "--encryption-key",
          "jwe:" + work.resolve("key.pub"),
          host + "/plain:1",
          host + "/sealed:1");
      run(
          "image",
          "unpack",
          "--insecure-registry",
          host,
          "--insecure-unsigned",
          "--decryption-key",
          work.resolve("key.key").toString(),
          host + "/sealed:1",
          work.resolve("tree").toString());
    } finally {
      delete(work);
    }
  }

  private static void push(String host) {
    byte[] noise = new byte[FILE_BYTES];
    new Random(1).nextBytes(noise);
    var layer = new LayerBuilder().file("/noise", noise, 0644).file("/zeroes", new byte[1], 0755);
    var run = new BuiltImage.Run(List.of("/x"), List.of(), List.of(), "", "/");
    var ref = ImageRef.parse(host + "/plain:1").orThrow();
    try (var registries = new Registries(RemoteSettings.standard().withInsecure(Set.of(host)));
        var writer = registries.writer(ref).orThrow()) {
      var image = BuiltImage.packed(List.of(layer), run);
      var unused =
          new ImageCopy(image, writer, ImageCopy.How.plain(), Progress.silent()).run().orThrow();
    }
  }

  private static void run(String... command) {
    int unused = new CommandLine(new Theca()).execute(command);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
