package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.theca.wire.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A second registry, in which a plain image has the name that the world's sealed one has. */
final class OtherRegistry implements AutoCloseable {
  private final Process server;
  private final String image;

  private OtherRegistry(Process server, String image) {
    this.server = server;
    this.image = image;
  }

  static OtherRegistry start(PodWorld world) throws Exception {
    Path root = world.folder().resolve("other");
    var server =
        new ProcessBuilder(
                DemoRun.ROOT.resolve("theca").normalize().toString(),
                "registry",
                "serve",
                "--root",
                root.toString(),
                "--listen",
                "127.0.0.1:0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String ready = server.inputReader(StandardCharsets.UTF_8).readLine();
    String address =
        Json.object(ready.getBytes(StandardCharsets.UTF_8))
            .orThrow()
            .requireString("address")
            .orThrow();
    String image = address + world.image.substring(world.image.indexOf('/'));
    var copied =
        DemoRun.run(
            List.of(
                "image",
                "copy",
                "--json",
                "--insecure-registry",
                address,
                "oci:" + world.folder().resolve("image"),
                image));
    assertEquals(0, copied.exitCode, copied.progress);
    return new OtherRegistry(server, image);
  }

  /** Its reference. */
  String image() {
    return image;
  }

  @Override
  public void close() {
    server.destroy();
    var unused =
        server
            .onExit()
            .completeOnTimeout(server, 20, TimeUnit.SECONDS)
            .thenAccept(Process::destroyForcibly)
            .join();
  }
}
