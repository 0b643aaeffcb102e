package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.CriClient;
import dev.theca.cli.cri.PodConfig;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any image can be sealed, a demo can be left running, and {@code down} takes all of it away. */
class KeepAndDownTest {
  private static final String NAME = "theca-keep";
  private static final Path RUN = Path.of("/run", NAME);

  @TempDir Path folder;

  @Test
  void aWorldThatStaysBehindAfterDown() throws Exception {
    layout();
    var kept =
        DemoRun.run(
            List.of("demo", "--json", "--keep", "--name", NAME, "--image", "oci:" + folder));
    try {
      assertEquals(0, kept.exitCode, kept.progress);
      assertEquals("running", kept.text("sealed.state"), kept.progress);
      assertTrue(kept.progress.contains("./theca down"), "it says how to end it");
      manyPods(kept.text("sealed.image"));
    } finally {
      var down = DemoRun.run(List.of("down", "--name", NAME));
      assertEquals(0, down.exitCode, down.progress);
    }
    nothingIsLeft();
  }

  /** Several pods of two containers at once; each comes up, and each goes away. */
  private static void manyPods(String image) throws Exception {
    try (var cri = new CriClient(RUN.resolve("containerd.sock"));
        var all = Executors.newVirtualThreadPerTaskExecutor()) {
      int before = cri.containers().size();
      var running = new ArrayList<Future<String>>();
      for (int i = 0; i < 3; i++) {
        String name = "many-" + i;
        running.add(all.submit(() -> pod(cri, name, image)));
      }
      for (var pod : running) assertTrue(!pod.get().isEmpty());
      assertEquals(before + 6, cri.containers().size());
      for (var pod : running) {
        cri.stopPod(pod.get());
        cri.removePod(pod.get());
      }
      assertEquals(before, cri.containers().size());
    }
    try (var pods = Files.list(RUN.resolve("pods"))) {
      assertEquals(1, pods.count(), "folders of pods: the first one's only");
    }
  }

  private static String pod(CriClient cri, String name, String image) {
    var handler = Map.of("io.containerd.cri.runtime-handler", "theca");
    var pod =
        new PodConfig(
            name,
            name,
            "many",
            "/var/lib/" + NAME + "/podlogs/" + name,
            true,
            "",
            Map.of(),
            handler);
    String id = cri.runPod(pod, "theca");
    for (String container : List.of("one", "two")) {
      var config =
          new ContainerConfig(container, image, List.of(), List.of(), Map.of(), container + ".log");
      String containerId = cri.createContainer(id, config, pod);
      cri.startContainer(containerId);
      assertEquals("running", cri.containerState(containerId).state());
    }
    return id;
  }

  @Test
  void aDaemonThatDiesAndLeavesItsPodRunning() throws Exception {
    layout();
    var kept =
        DemoRun.run(
            List.of("demo", "--json", "--keep", "--name", NAME, "--image", "oci:" + folder));
    try {
      assertEquals(0, kept.exitCode, kept.progress);
      var world =
          Json.object(Files.readAllBytes(Path.of("/var/lib", NAME, "world.json"))).orThrow();
      for (var item : world.array("processes").orElseThrow()) {
        var process = (JsonObject) item;
        if (process.string("name").orElse("").equals("node")) {
          var daemon = ProcessHandle.of(process.integer("pid").orElseThrow()).orElseThrow();
          assertTrue(daemon.destroyForcibly());
          daemon.onExit().join();
        }
      }
      assertTrue(Files.exists(RUN.resolve("runc/k8s.io")), "its containers run on");
    } finally {
      assertEquals(0, DemoRun.run(List.of("down", "--name", NAME)).exitCode);
    }
    nothingIsLeft();
  }

  private static void nothingIsLeft() throws Exception {
    assertFalse(Files.exists(Path.of("/var/lib", NAME)));
    assertFalse(Files.exists(RUN));
    assertFalse(Files.readString(Path.of("/proc/self/mountinfo")).contains("/" + NAME));
    // a process that was killed has its mounts a moment longer than its parent needs to know
    for (int i = 0; i < 300 && !processes().isEmpty(); i++) Thread.sleep(100);
    assertEquals(List.of(), processes());
  }

  private static List<String> processes() {
    try (var processes = ProcessHandle.allProcesses()) {
      return processes
          .filter(p -> names(p, "mountinfo") || names(p, "cmdline"))
          .map(p -> p.pid() + " " + p.info().commandLine().orElse(""))
          .toList();
    }
  }

  /** Whether a process was started with, or has mounted, something of this world. */
  private static boolean names(ProcessHandle process, String file) {
    try {
      Path about = Path.of("/proc", process.pid() + "", file);
      return Files.readString(about, StandardCharsets.ISO_8859_1).contains("/" + NAME + "/");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /** An OCI layout with one static program that waits. */
  private void layout() throws IOException, InterruptedException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Path pause = DemoRun.ROOT.resolve("cli/target/dist/bin/pause");
    Files.copy(pause, tree.resolve("wait"));
    assertTrue(tree.resolve("wait").toFile().setExecutable(true));
    Path tar = folder.resolve("layer.tar");
    Files.createDirectories(tree.resolve("etc"));
    Files.writeString(tree.resolve("etc/passwd"), "app:x:1234:1235::/:/wait\n");
    int code =
        new ProcessBuilder("tar", "-C", tree.toString(), "-cf", tar.toString(), "wait", "etc")
            .start()
            .waitFor();
    assertEquals(0, code);
    byte[] layer = Files.readAllBytes(tar);
    var config =
        JsonObject.builder()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put(
                "config",
                JsonObject.builder()
                    .put("Entrypoint", JsonArray.of("/wait"))
                    .put("User", "app")
                    .build())
            .put(
                "rootfs",
                JsonObject.builder()
                    .put("type", "layers")
                    .put("diff_ids", JsonArray.of(Digest.sha256(layer).toString()))
                    .build())
            .build();
    var manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", "application/vnd.oci.image.manifest.v1+json")
            .put("config", blob("application/vnd.oci.image.config.v1+json", Json.write(config)))
            .put("layers", JsonArray.of(blob("application/vnd.oci.image.layer.v1.tar", layer)))
            .build();
    var entry = blob("application/vnd.oci.image.manifest.v1+json", Json.write(manifest));
    var index =
        JsonObject.builder().put("schemaVersion", 2).put("manifests", JsonArray.of(entry)).build();
    Files.write(folder.resolve("index.json"), Json.write(index));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  private JsonObject blob(String type, byte[] bytes) throws IOException {
    var digest = Digest.sha256(bytes);
    Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
    Files.write(blobs.resolve(digest.hex()), bytes);
    return JsonObject.builder()
        .put("mediaType", type)
        .put("digest", digest.toString())
        .put("size", bytes.length)
        .build();
  }
}
