package dev.theca.bench;

import dev.theca.image.ImageRef;
import dev.theca.image.Progress;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.image.copy.Encrypting;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.crypt.JweWrap;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.wire.Digest;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * From an encrypted image in a registry to a tree that a container can use: our agent's way (into a
 * sealed volume) against what one would use instead, skopeo to decrypt and umoci to unpack (into
 * plain files). Every run is a process of its own, start-up included.
 */
final class PullBench {
  private static final int SMALL_FILES = 3000;
  private static final int LARGE_BYTES = 48 << 20;

  private final Path work;
  private final Path lib;

  PullBench(Path work, Path lib) {
    this.work = work;
    this.lib = lib;
  }

  void run(int rounds) throws Exception {
    var registry =
        new ProcessBuilder(
                java(),
                "-jar",
                lib.resolve("registry-0.1.0.jar").toString(),
                "--root",
                work.resolve("registry").toString(),
                "--listen",
                "127.0.0.1:0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var said =
        new BufferedReader(
            new InputStreamReader(registry.getInputStream(), StandardCharsets.UTF_8))) {
      String address =
          Json.object(said.readLine().getBytes(StandardCharsets.UTF_8))
              .orThrow()
              .string("address")
              .orElseThrow();
      measure(address, rounds);
    } finally {
      registry.destroy();
      registry.waitFor();
    }
  }

  private void measure(String address, int rounds) throws Exception {
    var key = Jwk.generate("P-256");
    Path jwk = work.resolve("key.json");
    Path pem = work.resolve("key.pem");
    key.privateJson()
        .lend(
            json -> {
              Files.write(jwk, json);
              return true;
            });
    Files.writeString(
        pem,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.privateKey().orElseThrow().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    String name = address + "/bench/image:1";
    var ref = ImageRef.parse(name).orThrow();
    var digest = sealed(address, ref, key);
    System.out.println("image " + digest + ": " + SMALL_FILES + " small files and 48 MiB in one");
    new Rounds("pull, decrypt, unpack")
        .add("theca, into a sealed volume", () -> ours(name, jwk))
        .add("skopeo + umoci, into plain files", () -> theirs(name, pem))
        .run(rounds);
  }

  private static Digest sealed(String address, ImageRef ref, Jwk key) {
    var recipient = new JweWrap(Jwk.parse(key.publicJson()).orThrow());
    var change = new Encrypting(new LayerSealer(List.of(recipient)), Set.of());
    try (var registries = new Registries(RemoteSettings.standard().withInsecure(Set.of(address)));
        var writer = registries.writer(ref).orThrow()) {
      var how = ImageCopy.How.plain().with(change);
      var copied = new ImageCopy(image(), writer, how, Progress.silent()).run().orThrow();
      return copied.root().digest();
    }
  }

  private static BuiltImage image() {
    var random = new Random(7);
    var small = new LayerBuilder();
    for (int i = 0; i < SMALL_FILES; i++) {
      byte[] text =
          ("line of file " + i + "\n")
              .repeat(1 + random.nextInt(200))
              .getBytes(StandardCharsets.UTF_8);
      small.file("/app/d" + i % 40 + "/f" + i, text, 0644);
    }
    byte[] large = new byte[LARGE_BYTES];
    for (int at = 0; at < large.length; at += 64) {
      if (random.nextInt(3) == 0) {
        byte[] noise = new byte[64];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, large, at, 64);
      }
    }
    return BuiltImage.packed(
        List.of(small, new LayerBuilder().file("/data/large", large, 0644)),
        new BuiltImage.Run(List.of("/x"), List.of(), List.of(), "", "/"));
  }

  private double ours(String name, Path key) throws Exception {
    Path volume = work.resolve("volume.seal");
    String classes =
        String.join(":", lib + "/*", Path.of(System.getProperty("theca.bench.classes")).toString());
    double millis =
        timed(
            List.of(
                java(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes,
                PullOnce.class.getName(),
                name,
                key.toString(),
                volume.toString()));
    Files.delete(volume);
    return millis;
  }

  private double theirs(String name, Path key) throws Exception {
    Path layout = work.resolve("layout");
    Path bundle = work.resolve("bundle");
    double millis =
        timed(
                List.of(
                    "skopeo",
                    "--insecure-policy",
                    "copy",
                    "-q",
                    "--src-tls-verify=false",
                    "--decryption-key",
                    key.toString(),
                    "docker://" + name,
                    "oci:" + layout + ":1"))
            + timed(List.of("umoci", "unpack", "--image", layout + ":1", bundle.toString()));
    delete(layout);
    delete(bundle);
    return millis;
  }

  private double timed(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var process =
        new ProcessBuilder(new ArrayList<>(command))
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("said").toFile())
            .start();
    if (process.waitFor() != 0)
      throw new IllegalStateException(command + ": " + Files.readString(work.resolve("said")));
    return (System.nanoTime() - start) / 1e6;
  }

  static String java() {
    return ProcessHandle.current().info().command().orElseThrow();
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
