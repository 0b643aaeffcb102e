package dev.theca.cli.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import dev.theca.cli.broker.RunningBroker;
import dev.theca.image.Descriptor;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.image.Progress;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import dev.theca.wire.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sealing writes: in a process of its own, with folders that nobody else writes into. */
class SealLeavesNothingTest {
  private static final int NEEDLE_BYTES = 32;

  @TempDir Path home;

  @Test
  void a_file_that_holds_the_plaintext_or_the_key_of_what_was_sealed() throws Exception {
    Path rest = Files.createDirectories(home.resolve("rest"));
    Path temporary = Files.createDirectories(rest.resolve("tmp"));
    Path sign = Files.writeString(rest.resolve("sign.pem"), KeyPairs.pem());
    try (var source = registry(home.resolve("source"));
        var target = registry(rest.resolve("registry"));
        var broker = RunningBroker.serve(rest, "--state", rest + "/state");
        var watch = temporary.getFileSystem().newWatchService()) {
      var layer = push(source.address());
      String needle = middle(home.resolve("source"), layer);
      temporary.register(watch, StandardWatchEventKinds.ENTRY_CREATE);

      String key = seal(source.address(), target.address(), broker, sign, temporary);

      var made = watch.poll();
      assertThat(made == null ? List.of() : made.pollEvents()).as("temporary files").isEmpty();
      assertThat(holders(home.resolve("source"), needle))
          .as("the search finds what is there")
          .isNotEmpty();
      assertThat(holders(rest, needle)).as("files with the plaintext").isEmpty();
      assertThat(holders(rest, key(broker, key))).as("files with the key").isEmpty();
    }
  }

  private static Registry registry(Path folder) throws IOException {
    return Registry.start(
            RegistrySettings.of(folder).withListen("127.0.0.1:0"), InstantSource.system())
        .orThrow();
  }

  /** An image with noise in it, which looks alike compressed and not; its layer. */
  private static Descriptor push(String address) {
    byte[] noise = new byte[300_000];
    new Random(5).nextBytes(noise);
    var ref = ImageRef.parse(address + "/plain/app:1").orThrow();
    var settings = RemoteSettings.standard().withInsecure(Set.of(address));
    try (var registries = new Registries(settings);
        var to = registries.writer(ref).orThrow();
        var from = registries.reader(ref).orThrow()) {
      var image =
          BuiltImage.packed(
              List.of(new LayerBuilder().file("/noise", noise, 0644)),
              new BuiltImage.Run(List.of("/noise"), List.of(), List.of(), "", "/"));
      new ImageCopy(image, to, ImageCopy.How.plain(), Progress.silent()).run().orThrow();
      return from.root().then(Manifest::parse).orThrow().layers().getFirst();
    }
  }

  /** Some bytes from the middle of the layer as the source has it. */
  private static String middle(Path folder, Descriptor layer) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList())
        if (Files.size(file) == layer.size())
          return text(Files.readAllBytes(file), (int) layer.size() / 2);
    }
    throw new AssertionError("the source has no such layer");
  }

  private static String text(byte[] bytes, int from) {
    return new String(bytes, from, NEEDLE_BYTES, StandardCharsets.ISO_8859_1);
  }

  /** Seals, and gives the name of the key at the broker. */
  private String seal(String from, String to, RunningBroker broker, Path sign, Path temporary)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            RunningBroker.program(
                "dev.theca.cli.Main",
                List.of("seal", from + "/plain/app:1", to + "/sealed/app:1", "--json")));
    command.addAll(List.of("--sign-key", sign + "", "--referrer"));
    command.addAll(List.of("--insecure-registry", from, "--insecure-registry", to));
    command.addAll(List.of("--url", broker.url(), "--token-file", broker.tokenFile()));
    var builder = new ProcessBuilder(command).redirectError(home.resolve("said").toFile());
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    builder.environment().put("HOME", temporary.getParent() + "");
    var process = builder.start();
    byte[] out = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as(Files.readString(home.resolve("said"))).isZero();
    String uri = Json.object(out).orThrow().string("key").orElseThrow();
    return uri.substring("kbs:///".length());
  }

  private String key(RunningBroker broker, String path) throws IOException {
    Path copy = home.resolve("key");
    Ran shown = broker.theca("broker", "resource", "get", path, "-o", copy + "");
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    return text(Files.readAllBytes(copy), 0);
  }

  private static List<Path> holders(Path folder, String needle) throws IOException {
    var found = new ArrayList<Path>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList())
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(needle))
          found.add(file);
    }
    return found;
  }
}
