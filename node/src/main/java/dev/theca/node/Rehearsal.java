package dev.theca.node;

import dev.theca.wire.grpc.GrpcClient;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.service.Service;
import dev.theca.wire.ttrpc.TtrpcClient;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Does once what the daemon does, for its class archive: a daemon of its own in a temporary folder
 * serves the lives of a few containers, with a process that is added, statistics and events. Who
 * may not run containers gets an archive without that part; nothing depends on how it ends.
 */
final class Rehearsal {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LIVES = 5;
  private static final String NAMESPACE = "rehearsal";

  private final Path work;
  private final TtrpcClient client;

  private Rehearsal(Path work, TtrpcClient client) {
    this.work = work;
    this.client = client;
  }

  /**
   * The argument is the folder with the program {@code pause}; it ends by exit, so that it counts.
   */
  public static void main(String[] args) throws Exception {
    Main.settle();
    Path work = Files.createTempDirectory("theca-node-rehearsal");
    try {
      rehearse(work, Path.of(args[0]).resolve("pause"));
    } catch (IOException | RuntimeException e) {
      System.err.println("stage=rehearsal outcome=fault reason=\"" + e + "\"");
    } finally {
      delete(work);
    }
    System.exit(0);
  }

  private static void rehearse(Path work, Path pause) throws Exception {
    Path tree = Files.createDirectories(work.resolve("tree"));
    Files.copy(pause, tree.resolve("pause"));
    Service.Running daemon = Daemon.start(config(work));
    try (var _ = events(work);
        var client = TtrpcClient.connect(work.resolve("run/plain.sock"))) {
      var rehearsal = new Rehearsal(work, client);
      for (int i = 0; i < LIVES; i++) rehearsal.life("life" + i);
      rehearsal.snapshots();
      rehearsal.control("info", "", "");
      rehearsal.control("status", "", "");
    } finally {
      daemon.end().close();
    }
  }

  private static JsonObject config(Path work) {
    var config = JsonObject.builder();
    for (String name : List.of("run", "state", "content"))
      config.put(name, work.resolve(name).toString());
    String runc =
        Stream.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin")
            .map(folder -> Path.of(folder, "runc"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(Path.of("/usr/sbin/runc"))
            .toString();
    return config.put("runc", runc).build();
  }

  private static TtrpcServer events(Path work) {
    return TtrpcServer.start(
        work.resolve("events.sock"),
        Map.of("containerd.services.events.ttrpc.v1.Events/Forward", call -> new byte[0]),
        peer -> true);
  }

  /** From {@code start} of the shim binary to its {@code delete}. */
  private void life(String id) throws Exception {
    Path bundle = Files.createDirectories(work.resolve("bundles").resolve(id));
    Files.createDirectories(bundle.resolve("rootfs"));
    Files.write(bundle.resolve("config.json"), spec(id));
    control("start", id, bundle.toString());
    call(
        "Create",
        new ProtoWriter()
            .string(1, id)
            .string(2, bundle.toString())
            .message(
                3,
                new ProtoWriter()
                    .string(1, "bind")
                    .string(2, work.resolve("tree").toString())
                    .strings(4, List.of("rbind", "rw")))
            .string(6, "file://" + bundle.resolve("out")));
    call("Start", about(id, ""));
    call("State", about(id, ""));
    call("Pids", about(id, ""));
    call("Stats", about(id, ""));
    var description =
        new ProtoWriter()
            .string(1, "types.containerd.io/opencontainers/runtime-spec/1/Process")
            .bytes(2, process().getBytes(StandardCharsets.UTF_8));
    call("Exec", about(id, "added").message(7, description));
    call("Start", about(id, "added"));
    for (String exec : List.of("added", "")) {
      call("Kill", about(id, exec).varint(3, 9));
      call("Wait", about(id, exec));
      call("Delete", about(id, exec));
    }
    call("Shutdown", about(id, ""));
    control("delete", id, bundle.toString());
  }

  /** As containerd asks for an image's layer. */
  private void snapshots() {
    String service = "containerd.services.snapshots.v1.Snapshots";
    try (var asking = new GrpcClient(work.resolve("run/snapshots.sock"), 1 << 20)) {
      var layer = new ProtoWriter().string(1, "theca").string(2, NAMESPACE + "/1/layer");
      for (String method : List.of("Prepare", "Stat", "Mounts", "Usage", "Remove")) {
        var unused = asking.call(service, method, layer, LIMIT);
      }
      asking.stream(service, "List", new ProtoWriter()).forEachRemaining(any -> {});
    }
  }

  private static ProtoWriter about(String id, String execId) {
    return new ProtoWriter().string(1, id).string(2, execId);
  }

  private void call(String method, ProtoWriter request) {
    byte[] unused =
        client.call(
            "containerd.task.v3.Task",
            method,
            request.toBytes(),
            LIMIT,
            Map.of("containerd-namespace-ttrpc", NAMESPACE));
  }

  private static String process() {
    return """
        {"user": {"uid": 0, "gid": 0}, "args": ["/pause"], "env": ["PATH=/"], "cwd": "/"}""";
  }

  private static byte[] spec(String id) {
    String text =
        """
        {"ociVersion": "1.0.2", "process": %s, "root": {"path": "rootfs"},
         "mounts": [{"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid"]},
                    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid"]}],
         "linux": {"cgroupsPath": "/theca-rehearsal-%d-%s",
                   "namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}]}}"""
            .formatted(process(), ProcessHandle.current().pid(), id);
    return Json.write(Json.object(text.getBytes(StandardCharsets.UTF_8)).orThrow());
  }

  /** As the shim binary asks. The snapshotter is the containerd that is asked for its version. */
  private void control(String action, String id, String bundle) throws IOException {
    var fields =
        List.of(
            action,
            "theca-plain",
            NAMESPACE,
            id,
            bundle,
            work.resolve("run/snapshots.sock").toString(),
            work.resolve("events.sock").toString(),
            "2",
            "");
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(work.resolve("run/node.sock")));
      var out = new DataOutputStream(Channels.newOutputStream(channel));
      int total = 0;
      for (String field : fields) total += 4 + field.length();
      out.writeInt(total);
      for (String field : fields) {
        out.writeInt(field.length());
        out.writeBytes(field);
      }
      out.flush();
      byte[] unused = new DataInputStream(Channels.newInputStream(channel)).readAllBytes();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
