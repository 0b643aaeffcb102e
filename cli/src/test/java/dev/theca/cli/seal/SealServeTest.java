package dev.theca.cli.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.RunningBroker;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.image.Progress;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.local.ImageLocation;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sealing as a service: a process of its own, asked over HTTP. */
class SealServeTest {
  private static final String TOKEN = "the-token-of-this-test";

  @TempDir Path home;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void a_build_system_has_an_image_sealed_and_files_elsewhere_stay_closed() throws Exception {
    Path builds = Files.createDirectories(home.resolve("builds"));
    Path sign = Files.writeString(home.resolve("sign.pem"), KeyPairs.pem());
    Path token = Files.writeString(home.resolve("token"), TOKEN + "\n");
    try (var registry =
            Registry.start(
                    RegistrySettings.of(home.resolve("registry")).withListen("127.0.0.1:0"),
                    InstantSource.system())
                .orThrow();
        var broker = RunningBroker.serve(home, "--state", home + "/state")) {
      layout(builds.resolve("app"));
      layout(home.resolve("elsewhere"));
      var process =
          new ProcessBuilder(
                  RunningBroker.program(
                      "dev.theca.cli.Main",
                      List.of(
                          "seal",
                          "serve",
                          "--sign-key",
                          sign + "",
                          "--jobs-token-file",
                          token + "",
                          "--sources",
                          builds + "",
                          "--port",
                          "0",
                          "--insecure-registry",
                          registry.address(),
                          "--url",
                          broker.url(),
                          "--token-file",
                          broker.tokenFile())))
              .redirectError(home.resolve("serve.log").toFile())
              .start();
      try {
        ask(process, registry.address(), builds);
      } finally {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
      }
    }
  }

  private void ask(Process process, String address, Path builds) throws Exception {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    assertThat(line).as(Files.readString(home.resolve("serve.log"))).startsWith("{");
    String url = json(line).string("url").orElseThrow() + "/theca/v1/jobs";

    var made = ended(url, "oci:" + builds.resolve("app"), address + "/sealed/app:1");
    assertThat(made.string("state")).as(Json.text(made)).contains("done");
    var settings = RemoteSettings.standard().withInsecure(Set.of(address));
    try (var registries = new Registries(settings);
        var reader =
            registries.reader(ImageRef.parse(address + "/sealed/app:1").orThrow()).orThrow()) {
      var manifest = reader.root().then(Manifest::parse).orThrow();
      assertThat(manifest.layers()).allMatch(layer -> layer.encrypted());
      assertThat(made.object("image").orElseThrow().string("digest"))
          .contains(manifest.digest() + "");
    }

    var refused = ended(url, "oci:" + home.resolve("elsewhere"), address + "/sealed/app:2");
    assertThat(refused.string("state")).contains("refused");
    assertThat(Json.text(refused)).contains("below --sources");
  }

  private JsonObject ended(String url, String from, String to) throws Exception {
    String wish = "{\"source\":\"" + from + "\",\"destination\":\"" + to + "\"}";
    var job = json(send(HttpRequest.newBuilder(URI.create(url)), wish));
    String id = job.string("id").orElseThrow();
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      var now = json(send(HttpRequest.newBuilder(URI.create(url + "/" + id)), ""));
      String state = now.string("state").orElseThrow();
      if (!state.equals("waiting") && !state.equals("running")) return now;
      assertThat(System.nanoTime()).as("still " + state).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private String send(HttpRequest.Builder request, String body)
      throws IOException, InterruptedException {
    request.header("Authorization", "Bearer " + TOKEN);
    if (!body.isEmpty()) request.POST(HttpRequest.BodyPublishers.ofString(body));
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  private static JsonObject json(String text) {
    return Json.object(text.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  private static void layout(Path folder) {
    try (var registries = new Registries(RemoteSettings.standard());
        var to = ImageLocation.parse("oci:" + folder).then(at -> at.writer(registries)).orThrow()) {
      var image =
          BuiltImage.packed(
              List.of(new LayerBuilder().file("/run", new byte[] {'#'}, 0755)),
              new BuiltImage.Run(List.of("/run"), List.of(), List.of(), "", "/"));
      new ImageCopy(image, to, ImageCopy.How.plain(), Progress.silent()).run().orThrow();
    }
  }
}
