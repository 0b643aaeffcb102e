package dev.theca.node.task;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Mounts;
import dev.theca.node.cgroup.OomWatch;
import dev.theca.node.events.Events;
import dev.theca.node.health.Stages;
import dev.theca.node.plain.PlainBodies;
import dev.theca.node.rootfs.RootfsMounts;
import dev.theca.node.runc.Runc;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A Task service for plain containers, the real OCI runtime below it and a containerd that listens.
 */
class Stand {
  static final Path RUNC = Path.of("/usr/sbin/runc");
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final String SERVICE = "containerd.task.v3.Task/";
  static final String NAMESPACE = "test";

  final Path folder;
  final Path tree;
  final Path runcRoot;
  final Path eventSocket;
  final Stages stages = new Stages();
  final Events events = new Events(stages.meters());
  final OomWatch ooms = new OomWatch();
  final TaskService service;

  /** What containerd was told: {@code topic container process}. */
  final List<String> told = new CopyOnWriteArrayList<>();

  /** Exit statuses that containerd was told, by process. */
  final Map<String, Integer> statuses = new java.util.concurrent.ConcurrentHashMap<>();

  private final Set<ByteBuffer> heard = ConcurrentHashMap.newKeySet();
  private final Map<String, TtrpcServer.Handler> handlers;
  private final List<Box> boxes = new ArrayList<>();
  private TtrpcServer listener;

  /** Ids of containers whose image never was on this host. */
  final Set<String> sealed = ConcurrentHashMap.newKeySet();

  static boolean possible() {
    return Files.isExecutable(RUNC)
        && Files.isExecutable(BUSYBOX)
        && System.getProperty("user.name").equals("root");
  }

  Stand(Path folder) throws Exception {
    this.folder = folder;
    ChildProcess.inheritOrphans();
    tree = Files.createDirectories(folder.resolve("tree"));
    for (String name : List.of("bin", "proc", "dev", "sys", "tmp", "etc"))
      Files.createDirectories(tree.resolve(name));
    run("chmod", "755", tree.toString());
    run("chmod", "1777", tree.resolve("tmp").toString());
    Files.copy(BUSYBOX, tree.resolve("bin/busybox"));
    for (String applet : List.of("sh", "cat", "sleep", "true", "head", "stty", "id"))
      Files.createLink(tree.resolve("bin").resolve(applet), tree.resolve("bin/busybox"));
    runcRoot = folder.resolve("runc");
    eventSocket = folder.resolve("events.sock");
    listener = listen();
    Path terminals = Files.createDirectories(folder.resolve("pty"));
    var mounts = new RootfsMounts(List.of("/bin/false"), folder.resolve("scratch"));
    service =
        new TaskService(
            new PlainBodies(
                new Runc(RUNC, runcRoot), mounts, (namespace, id) -> sealed.contains(id)),
            new Common(events, ooms, stages),
            terminals,
            folder.resolve("index"));
    handlers = service.handlers();
  }

  private TtrpcServer listen() {
    return TtrpcServer.start(
        eventSocket,
        Map.of("containerd.services.events.ttrpc.v1.Events/Forward", this::forwarded),
        peer -> true);
  }

  /** containerd goes away. */
  void deaf() {
    listener.close();
  }

  void hears() {
    listener = listen();
  }

  /** An event whose answer did not arrive is told again, with its time and all. */
  private byte[] forwarded(TtrpcCall call) {
    if (!heard.add(ByteBuffer.wrap(call.payload()))) return new byte[0];
    var in = new ProtoReader(call.payload());
    while (in.next()) if (in.field() == 1) envelope(in.message());
    return new byte[0];
  }

  private void envelope(ProtoReader in) {
    String topic = "";
    byte[] event = {};
    while (in.next()) {
      if (in.field() == 3) topic = in.string().replace("/tasks/", "");
      if (in.field() == 4) event = ExecCalls.value(in.message());
    }
    var fields = new ProtoReader(event);
    var line = new StringBuilder(topic);
    String process = "";
    int status = 0;
    while (fields.next()) {
      if (fields.field() == 1) line.append(' ').append(name(fields.string()));
      if (fields.field() == 2 && (topic.equals("exit") || topic.startsWith("exec-")))
        line.append(' ').append(process = name(fields.string()));
      if (fields.field() == 4 && topic.equals("exit")) status = fields.int32();
    }
    if (topic.equals("exit")) statuses.put(process, status);
    told.add(line.toString());
  }

  private static String name(String id) {
    return id.replaceAll("-[0-9a-f]{8}$", "");
  }

  /** Waits until something was told. */
  void awaitTold(String line) throws InterruptedException {
    for (int i = 0; i < 3000 && !told.contains(line); i++) Thread.sleep(10);
    if (!told.contains(line)) throw new AssertionError(line + " was never told, only " + told);
  }

  /** What the launcher's start call says before a task is created. */
  void announce(String id, Path bundle) throws Exception {
    service.announce(NAMESPACE, id, new Announced(eventSocket.toString(), ""));
  }

  byte[] call(String method, ProtoWriter payload) throws Exception {
    return call(method, payload, Duration.ZERO);
  }

  byte[] call(String method, ProtoWriter payload, Duration timeout) throws Exception {
    return handlers
        .get(SERVICE + method)
        .answer(
            new TtrpcCall(
                "containerd.task.v3.Task",
                method,
                payload.toBytes(),
                timeout,
                Map.of("containerd-namespace-ttrpc", NAMESPACE)));
  }

  /** A container whose bundle is ready. Ids are unique on the machine: cgroups are named so. */
  Box box(String name, String... args) throws Exception {
    var box = new Box(this, name, name + "-" + UUID.randomUUID().toString().substring(0, 8), args);
    boxes.add(box);
    return box;
  }

  static void run(String... command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0)
      throw new IllegalStateException(List.of(command) + " ended with " + process.exitValue());
  }

  boolean mounted(Path path) throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + path + " ");
  }

  void close() throws Exception {
    service.removeAll();
    events.close();
    ooms.close();
    listener.close();
    Mounts.detachBelow(folder);
    removeGroups();
  }

  /** The groups' parent, in every tree of version 1 or the one of version 2; others may use it. */
  private static void removeGroups() throws IOException {
    try (var trees = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path tree : trees.toList()) remove(tree.resolve("theca-test"));
    }
    remove(Path.of("/sys/fs/cgroup/theca-test"));
  }

  private static void remove(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      return; // still in use
    }
  }
}
