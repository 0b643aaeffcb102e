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
      commands(host, work);
    } finally {
      delete(work);
    }
  }

  private static void commands(String host, Path work) {
    String key = work.resolve("key").toString();
    String signing = work.resolve("signing").toString();
    String plain = host + "/plain:1";
    String sealed = host + "/sealed:1";
    String tree = work.resolve("tree").toString();
    run("help");
    run("registry", "serve", "--help");
    run("image", "keygen", "encryption", key);
    run("image", "keygen", "signing", signing);
    String open = "--insecure-registry=" + host;
    String recipient = "--encryption-key=jwe:" + key + ".pub";
    run("image", "encrypt", open, recipient, plain, sealed);
    run("seal", open, "--no-broker", recipient, "--sign-key", signing + ".key", plain, sealed);
    String opener = "--decryption-key=" + key + ".key";
    run("image", "unpack", open, "--insecure-unsigned", opener, sealed, tree);
  }

  private static void run(String... command) {
    int unused = Main.run(command);
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

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
