package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.theca.cli.cri.CriClient;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.TarMaker;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The demo's world with an image that says what it sees, for tests that run many pods in it. */
final class PodWorld implements AutoCloseable {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  /** What it does is chosen by the one variable that the demo's policy lets a pod set. */
  private static final String PROGRAM =
      """
      #!/bin/sh
      if [ "$REDIS_PORT" = once ]; then echo "once is over"; exit 3; fi
      trap 'exit 0' TERM
      if [ -t 1 ]; then echo "terminal on 1"; fi
      touch /srv/job/x 2>/dev/null || echo "root is read-only"
      echo "uid=$(id -u) gid=$(id -g) groups=$(id -G) cwd=$(pwd) own=$OWN"
      while :; do sleep 1; done
      """;

  private static final String ESTABLISHED = "01";

  final CriClient cri;
  final String image;
  private final String name;
  private final Path folder;
  private final Set<String> before;

  private PodWorld(String name, Path folder, String image) throws IOException {
    this.name = name;
    this.folder = folder;
    this.image = image;
    this.cri = new CriClient(run().resolve("containerd.sock"));
    for (String pod : cri.pods()) removePod(pod);
    this.before = new TreeSet<>(traces());
  }

  /** On one containerd: {@code installed}, or a folder of programs. */
  static PodWorld begin(String name, String containerd) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "needs busybox-static");
    Path folder = Files.createTempDirectory("theca-pods");
    layout(folder.resolve("image"));
    var words = new ArrayList<>(List.of("demo", "--json", "--keep", "--name", name));
    words.addAll(List.of("--image", "oci:" + folder + "/image"));
    if (!containerd.equals("installed")) words.addAll(List.of("--containerd", containerd));
    var kept = DemoRun.run(words);
    assertEquals(0, kept.exitCode, kept.progress);
    return new PodWorld(name, folder, kept.text("sealed.image"));
  }

  private static void layout(Path folder) throws IOException {
    Files.createDirectories(folder);
    var tar =
        new TarMaker().directory("bin/").directory("etc/").directory("dev/").directory("srv/");
    tar.next(h -> h.mode(0755)).file("bin/busybox", Files.readAllBytes(BUSYBOX));
    for (String applet : List.of("sh", "id", "touch", "sleep", "true", "cat"))
      tar.symlink("bin/" + applet, "busybox");
    tar.file("etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:1234:1235::/srv/job:/bin/sh\n");
    tar.file("etc/group", "root:x:0:\napp:x:1235:\nmore:x:1300:app\n");
    tar.next(h -> h.mode(0777)).directory("srv/job/");
    tar.next(h -> h.mode(0755)).file("program", PROGRAM);
    var config =
        JsonObject.builder()
            .put("Entrypoint", JsonArray.of("/program"))
            .put("Env", JsonArray.of("PATH=/bin", "OWN=yes"))
            .put("User", "app")
            .put("WorkingDir", "/srv/job")
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

  Path run() {
    return Path.of("/run", name);
  }

  /** Configuration of the world: init-data, networks. */
  Path config() {
    return state().resolve("config");
  }

  Path state() {
    return Path.of("/var/lib", name);
  }

  /** For files of tests. */
  Path folder() {
    return folder;
  }

  /** A new pod; the image is there. */
  TestPod pod(String pod, String namespace) {
    return TestPod.run(this, pod, namespace, "");
  }

  /** A new pod in a network of its own: see {@link OwnNetwork}. */
  TestPod podInOwnNetwork(String pod) {
    return TestPod.run(this, pod, "default", "", false);
  }

  String imageByDigest() {
    var status =
        cri.call(
            "ImageStatus",
            JsonObject.builder()
                .put("image", JsonObject.builder().put("image", image).build())
                .build());
    return status
        .object("image")
        .flatMap(i -> i.strings("repo_digests"))
        .orElse(List.of())
        .getFirst();
  }

  /** A service of the world that stands still until this is closed. */
  record Frozen(ProcessHandle process) implements AutoCloseable {
    /** It stops a moment after it was told to. */
    boolean isFrozen() throws Exception {
      for (int i = 0; i < 3000 && !stands(); i++) Thread.sleep(10);
      return stands();
    }

    private boolean stands() throws IOException {
      String stat = Files.readString(Path.of("/proc", process.pid() + "", "stat"));
      return stat.substring(stat.lastIndexOf(')')).startsWith(") T");
    }

    @Override
    public void close() {
      signal("CONT", process.pid());
    }
  }

  Frozen freeze(String service) throws Exception {
    var json = Json.object(Files.readAllBytes(state().resolve("world.json"))).orThrow();
    for (JsonValue item : json.array("processes").orElseThrow()) {
      var process = (JsonObject) item;
      if (!process.string("name").orElse("").equals(service)) continue;
      long pid = process.integer("pid").orElseThrow();
      signal("STOP", pid);
      return new Frozen(ProcessHandle.of(pid).orElseThrow());
    }
    throw new AssertionError("no " + service + " in " + json);
  }

  /** Waits until somebody has asked the registry something that it has not read: it is frozen. */
  void awaitPull() throws Exception {
    int port = Integer.parseInt(image.replaceFirst("^[^:]*:(\\d+)/.*", "$1"));
    for (int i = 0; i < 6000; i++) {
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6"))
        for (String line : Files.readAllLines(Path.of(table)))
          if (isUnread(line.strip().split("\\s+"), port)) return;
      Thread.sleep(20);
    }
    throw new AssertionError("nobody asks the registry");
  }

  /** A line of proc_net_tcp: number, local, remote, state, octets to send and to be read. */
  private static boolean isUnread(String[] socket, int port) {
    return socket[1].endsWith(":%04X".formatted(port))
        && socket[3].equals(ESTABLISHED)
        && !socket[4].endsWith(":00000000");
  }

  private static void signal(String signal, long pid) {
    command("kill", "-" + signal, pid + "");
  }

  /** Runs a command of the machine that has to succeed. */
  static void command(String... words) {
    try {
      assertEquals(0, new ProcessBuilder(words).start().waitFor(), String.join(" ", words));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Kills the first process of a container by its name at the runtime. */
  void kill(String container) throws Exception {
    signal("KILL", pid(container));
  }

  /** Whether the first process of a container maps a file of its tree. */
  boolean maps(String container, String file) throws IOException {
    return Files.readString(Path.of("/proc/" + pid(container) + "/maps")).contains(file);
  }

  private long pid(String container) throws IOException {
    Path state = run().resolve("runc/k8s.io").resolve(container).resolve("state.json");
    var json =
        Json.object(
                Files.readAllBytes(state), dev.theca.wire.json.Limits.DEFAULT.withBytes(1 << 20))
            .orThrow();
    return json.integer("init_process_pid").orElseThrow();
  }

  /** The network namespace of a container's first process. */
  String network(String container) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", pid(container) + "", "ns/net")).toString();
  }

  /** The control groups of a container's first process: the lines of cgroup(7), numbers cut off. */
  List<String> groups(String container) throws IOException {
    return Files.readAllLines(Path.of("/proc", pid(container) + "", "cgroup")).stream()
        .map(line -> line.substring(line.indexOf(':')))
        .toList();
  }

  void removePods() {
    for (String pod : cri.pods()) removePod(pod);
  }

  private void removePod(String pod) {
    try {
      cri.stopPod(pod);
      cri.removePod(pod);
    } catch (GrpcException e) {
      throw new AssertionError("pod " + pod + " cannot be removed", e);
    }
  }

  /** What is there now and was not before the first pod; a little while is given to it. */
  List<String> leftovers() throws Exception {
    var left = new ArrayList<String>();
    for (int i = 0; i < 600; i++) {
      left.clear();
      for (String trace : traces()) if (!before.contains(trace)) left.add(trace);
      if (left.isEmpty()) break;
      Thread.sleep(100);
    }
    return left;
  }

  private Set<String> traces() throws IOException {
    var traces = new TreeSet<String>();
    for (Path path :
        List.of(
            run().resolve("pods"),
            run().resolve("runc/k8s.io"),
            state().resolve("node/volumes"),
            state().resolve("node/durable"))) children(path, traces);
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo")))
      if (line.contains("/" + name)) traces.add("mount " + line.split(" ")[4]);
    ProcessHandle.allProcesses()
        .filter(p -> names(p))
        .forEach(p -> traces.add("process " + p.pid() + " " + p.info().command().orElse("?")));
    return traces;
  }

  private static void children(Path folder, Set<String> into) throws IOException {
    if (!Files.isDirectory(folder)) return;
    try (Stream<Path> list = Files.list(folder)) {
      list.forEach(path -> into.add(path.toString()));
    }
  }

  private boolean names(ProcessHandle process) {
    try {
      Path about = Path.of("/proc", process.pid() + "", "cmdline");
      return Files.readString(about, StandardCharsets.ISO_8859_1).contains("/" + name + "/");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  Map<String, String> annotations() {
    return Map.of("io.containerd.cri.runtime-handler", "theca");
  }

  @Override
  public void close() {
    cri.close();
    var down = DemoRun.run(List.of("down", "--name", name));
    command("rm", "-rf", folder.toString());
    assertEquals(0, down.exitCode, down.progress);
  }
}
