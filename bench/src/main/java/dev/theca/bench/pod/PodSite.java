package dev.theca.bench.pod;

import dev.theca.cli.cri.CriClient;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.TarMaker;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A demo that is left running, with an image of about 10 MB: sealed for the handler {@code theca},
 * and plain in the same registry for the stock handler.
 */
final class PodSite implements AutoCloseable {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final int DATA = 8 << 20;
  private static final long SEED = 8;
  private static final String PROGRAM = "#!/bin/sh\necho ready\nexec sleep 1000000\n";

  private final Path root;
  private final String name;
  final CriClient cri;
  final String sealed;
  final String plain;

  private PodSite(Path root, String name, String sealed, String plain) {
    this.root = root;
    this.name = name;
    this.sealed = sealed;
    this.plain = plain;
    this.cri = new CriClient(run().resolve("containerd.sock"));
  }

  /**
   * A demo of the build at {@code root}; {@code containerd} is a folder of programs, or empty for
   * the installed one.
   */
  static PodSite open(Path root, String name, Path work, String containerd) throws Exception {
    Path layout = work.resolve("image");
    image(layout);
    var words = new ArrayList<>(List.of("demo", "--json", "--keep", "--name", name));
    words.addAll(List.of("--image", "oci:" + layout));
    if (!containerd.isEmpty()) words.addAll(List.of("--containerd", containerd));
    var report = Json.object(theca(root, words)).orThrow();
    String sealed = report.object("facts").flatMap(f -> f.string("sealed.image")).orElseThrow();
    String registry = sealed.substring(0, sealed.indexOf('/'));
    String plain = registry + "/plain:1";
    byte[] unused =
        theca(
            root,
            List.of(
                "image",
                "copy",
                "--json",
                "--insecure-registry",
                registry,
                "oci:" + layout,
                plain));
    return new PodSite(root, name, sealed, plain);
  }

  private static void image(Path folder) throws IOException {
    Files.createDirectories(folder);
    byte[] data = new byte[DATA];
    new Random(SEED).nextBytes(data);
    var tar = new TarMaker().directory("bin/").directory("dev/").directory("etc/");
    tar.next(h -> h.mode(0755)).file("bin/busybox", Files.readAllBytes(BUSYBOX));
    for (String applet : List.of("sh", "sleep")) tar.symlink("bin/" + applet, "busybox");
    tar.file("data", data);
    tar.next(h -> h.mode(0755)).file("program", PROGRAM);
    var config =
        JsonObject.builder()
            .put("Entrypoint", JsonArray.of("/program"))
            .put("Env", JsonArray.of("PATH=/bin"))
            .build();
    new ImageMaker()
        .layer(tar.end())
        .configuration(
            members -> {
              members.put("config", config);
              return members;
            })
        .make()
        .writeLayout(folder, "latest");
  }

  private static byte[] theca(Path root, List<String> arguments) throws IOException {
    var command = new ArrayList<>(List.of(root.resolve("theca").toString()));
    command.addAll(arguments);
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    byte[] out = process.getInputStream().readAllBytes();
    if (process.onExit().join().exitValue() != 0)
      throw new IllegalStateException("failed; run it alone: " + String.join(" ", command));
    return out;
  }

  Path run() {
    return Path.of("/run", name);
  }

  Path logs() {
    return Path.of("/var/lib", name, "podlogs");
  }

  @Override
  public void close() throws IOException {
    cri.close();
    byte[] unused = theca(root, List.of("down", "--name", name));
  }
}
