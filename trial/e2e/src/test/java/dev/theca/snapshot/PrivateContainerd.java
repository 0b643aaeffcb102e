package dev.theca.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.node.snapshot.RemoteRule;
import dev.theca.node.snapshot.SnapshotServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A stock containerd with folders of its own, and our snapshotter beside it. */
final class PrivateContainerd {
  private static final long SECONDS = 60;

  final Path folder;
  private final Path bin;
  private final Process process;
  private SnapshotServer server;

  /** {@code program} is {@code installed} or a folder with containerd and ctr. */
  PrivateContainerd(String program, Path folder) throws Exception {
    this.folder = folder;
    bin = program.equals("installed") ? Path.of("/usr/bin") : Path.of(program);
    assumeTrue("root".equals(System.getProperty("user.name")), "root is needed");
    assumeTrue(Files.isExecutable(bin.resolve("containerd")), "no containerd in " + bin);
    serve();
    process =
        new ProcessBuilder(bin.resolve("containerd").toString(), "-c", config().toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("containerd.log").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!answers()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        end();
        throw new IOException(Files.readString(folder.resolve("containerd.log")));
      }
      Thread.sleep(50);
    }
  }

  /** The installed one, and those of THECA_CONTAINERD_DIRS. */
  static List<String> programs() {
    var all = new ArrayList<>(List.of("installed"));
    String more = System.getenv("THECA_CONTAINERD_DIRS");
    if (more != null && !more.isBlank()) all.addAll(List.of(more.trim().split("[ :]+")));
    return all;
  }

  private Path config() throws IOException {
    return Files.writeString(
        folder.resolve("containerd.toml"),
        """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
        [grpc]
          address = "%1$s/c.sock"
        [ttrpc]
          address = "%1$s/c.ttrpc"
        [plugins."io.containerd.internal.v1.opt"]
          path = "%1$s/opt"
        [proxy_plugins.theca]
          type = "snapshot"
          address = "%1$s/s.sock"
        """
            .formatted(folder));
  }

  Path store() {
    return folder.resolve("theca");
  }

  void serve() {
    var content = folder.resolve("root/io.containerd.content.v1.content");
    server =
        SnapshotServer.start(
            folder.resolve("s.sock"), store(), new RemoteRule(false, List.of(), content));
  }

  /** Until containerd, which waits longer after each failure to connect, has found it again. */
  void serveAgain() throws Exception {
    serve();
    for (int i = 0; i < 1200 && !done("a", "snapshot", "--snapshotter", "theca", "ls"); i++)
      Thread.sleep(50);
  }

  SnapshotServer server() {
    return server;
  }

  void stopServing() {
    server.close();
  }

  private boolean answers() throws Exception {
    return start("a", "version").waitFor() == 0;
  }

  private Process start(String namespace, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(bin.resolve("ctr").toString()));
    command.addAll(List.of("-a", folder.resolve("c.sock").toString(), "-n", namespace));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** What a run of ctr printed, which has to succeed. */
  String ctr(String namespace, String... arguments) throws Exception {
    var run = start(namespace, arguments);
    String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor()).as(List.of(arguments) + "\n" + said).isZero();
    return said.trim();
  }

  /** Whether a run of ctr succeeded. */
  boolean done(String namespace, String... arguments) throws Exception {
    var run = start(namespace, arguments);
    byte[] unused = run.getInputStream().readAllBytes();
    return run.waitFor() == 0;
  }

  /** What a run of ctr printed, which has to fail. */
  String refused(String namespace, String... arguments) throws Exception {
    var run = start(namespace, arguments);
    String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor()).as(List.of(arguments) + "\n" + said).isNotZero();
    return said.trim();
  }

  String snapshot(String namespace, String snapshotter, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("snapshot", "--snapshotter", snapshotter));
    all.addAll(List.of(arguments));
    return ctr(namespace, all.toArray(String[]::new));
  }

  /** Mount points below our folder, deepest first. */
  private List<String> mounted() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
      return lines
          .map(line -> line.split(" ", 3)[1])
          .filter(path -> path.startsWith(folder + "/"))
          .toList()
          .reversed();
    }
  }

  /** Unmounts what is left, and ends both. */
  void end() throws Exception {
    for (String path : mounted()) {
      assertThat(new ProcessBuilder("umount", path).start().waitFor()).isZero();
    }
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly();
    int unused = process.waitFor();
    server.close();
  }
}
