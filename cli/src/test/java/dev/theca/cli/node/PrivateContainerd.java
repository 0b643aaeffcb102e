package dev.theca.cli.node;

import dev.theca.cli.cri.CriClient;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Digest;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A containerd of its own below a folder, which a script restarts; ended at the end. */
final class PrivateContainerd implements AutoCloseable {
  final Path program;
  final Path config;
  final Path restart;
  private final Path pid;

  PrivateContainerd(Path program, Path place, String text) throws IOException {
    this.program = program;
    this.config = place.resolve("etc/containerd/config.toml");
    this.pid = place.resolve("containerd.pid");
    Files.createDirectories(config.getParent());
    Files.writeString(config, text.replace("PLACE", place.toString()));
    restart = place.resolve("restart");
    Files.writeString(
        restart,
        """
        #!/bin/sh
        if [ -e PID ]; then
          kill "$(cat PID)" 2>/dev/null
          while [ -d "/proc/$(cat PID)" ] && ! grep -q '^State:.Z' "/proc/$(cat PID)/status"; do sleep 0.05; done
        fi
        setsid PROGRAM -c CONFIG >>LOG 2>&1 </dev/null &
        echo $! >PID
        """
            .replace("PID", pid.toString())
            .replace("PROGRAM", program.toString())
            .replace("CONFIG", config.toString())
            .replace("LOG", place.resolve("containerd.log").toString()));
    Files.setPosixFilePermissions(restart, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  static String settings() {
    return """
        # of this machine
        version = 2
        root = "PLACE/root"
        state = "PLACE/s"
        [grpc]
          address = "PLACE/c.sock"
        [ttrpc]
          address = "PLACE/t.sock"
        [plugins."io.containerd.internal.v1.opt"]
          path = "PLACE/o"
        [plugins."io.containerd.grpc.v1.cri"]
          restrict_oom_score_adj = true
          stream_server_port = "0"
          [plugins."io.containerd.grpc.v1.cri".cni]
            conf_dir = "PLACE/cni"
        """;
  }

  /** Leaves the choice of snapshotters to it again, and restarts it. */
  void useStockSnapshotter() throws IOException {
    for (Path file : new Path[] {config, config.resolveSibling("conf.d/theca.toml")}) {
      if (!Files.exists(file)) continue;
      String text = Files.readString(file);
      Files.writeString(
          file, text.replace("snapshotter = \"theca\"", "snapshotter = \"overlayfs\""));
    }
    run(restart.toString());
  }

  /** Gives it an image of one empty file under this name, once it answers; pods may use it. */
  void importImage(String name) throws IOException {
    byte[] layer = new TarMaker().file("pause", "").end();
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{"Entrypoint":["/pause"]},
         "rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(Digest.sha256(layer));
    String manifest =
        "[{\"Config\":\"c.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"l.tar\"]}]";
    Path image = pid.resolveSibling("image.tar");
    Files.write(
        image,
        new TarMaker()
            .file("manifest.json", manifest)
            .file("c.json", config)
            .file("l.tar", layer)
            .end());
    String socket = pid.resolveSibling("c.sock").toString();
    String ctr = program.resolveSibling("ctr").toString();
    String line = ctr + " -a " + socket + " -n k8s.io image import " + image;
    run("/bin/sh", "-c", "for i in $(seq 600); do " + line + " && exit; sleep 0.1; done; exit 1");
    awaitImage(name);
  }

  /** Pods find images in a list that follows those of containerd, and is there a little later. */
  private void awaitImage(String name) throws IOException {
    var image = JsonObject.builder().put("image", name).build();
    var asked = JsonObject.builder().put("image", image).build();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    try (var cri = new CriClient(pid.resolveSibling("c.sock"))) {
      while (!listed(cri, asked)) {
        if (System.nanoTime() > end) throw new IOException("no pod may use " + name);
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean listed(CriClient cri, JsonObject asked) {
    try {
      return cri.call("ImageStatus", asked).object("image").isPresent();
    } catch (GrpcException e) {
      return false; // not yet ready
    }
  }

  private static void run(String... command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor() != 0) throw new IOException(List.of(command) + " failed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Whether it runs now. */
  Optional<ProcessHandle> running() throws IOException {
    if (!Files.exists(pid)) return Optional.empty();
    return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
  }

  @Override
  public void close() throws IOException {
    var process = running();
    if (process.isEmpty()) return;
    process.get().destroy();
    try {
      var ended = process.get().onExit().get(60, TimeUnit.SECONDS);
      if (ended.isAlive()) throw new IOException("containerd stays");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      process.get().destroyForcibly();
    }
  }
}
