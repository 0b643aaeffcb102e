package dev.theca.node;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.LinuxException;
import dev.theca.linux.ServiceManager;
import dev.theca.node.cgroup.OomWatch;
import dev.theca.node.control.ControlSocket;
import dev.theca.node.control.DaemonCalls;
import dev.theca.node.control.DeleteAlone;
import dev.theca.node.control.ShimCalls;
import dev.theca.node.control.ShimKind;
import dev.theca.node.events.Events;
import dev.theca.node.health.HealthServer;
import dev.theca.node.health.Stages;
import dev.theca.node.plain.PlainBodies;
import dev.theca.node.pod.Bodies;
import dev.theca.node.pod.Manner;
import dev.theca.node.pod.Pods;
import dev.theca.node.rootfs.RootfsMounts;
import dev.theca.node.runc.Runc;
import dev.theca.node.snapshot.RemoteRule;
import dev.theca.node.snapshot.SnapshotServer;
import dev.theca.node.task.Common;
import dev.theca.node.task.Handlers;
import dev.theca.node.task.TaskService;
import dev.theca.node.upgrade.TakeOver;
import dev.theca.node.upgrade.Upgrade;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import dev.theca.wire.toml.Toml;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the daemon's parts together and runs them until asked to end. */
final class Daemon implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.node");

  private static final Duration SWEEP = Duration.ofSeconds(5);

  private final NodeConfig config;
  private final OomWatch ooms = new OomWatch();
  private final Stages stages = new Stages();
  private final Events events = new Events(stages.meters());
  private final Map<ShimKind, TaskService> services = new EnumMap<>(ShimKind.class);
  private final TaskSockets sockets;
  private final Instant started = Instant.now();
  private Optional<Pods> pods = Optional.empty();
  private Optional<SnapshotServer> snapshots = Optional.empty();
  private Closeable others = () -> {};
  private volatile boolean ready;

  private Daemon(NodeConfig config) {
    this.config = config;
    sockets = new TaskSockets(config);
  }

  /** The keys of the configuration are those of {@link NodeConfig}. */
  static Service.Running start(JsonObject toml) throws IOException {
    var config = NodeConfig.of(toml);
    var daemon = new Daemon(config);
    daemon.begin();
    return new Service.Running(boot(config), daemon);
  }

  /** Whether this program takes the configuration: 0, or words and 1. */
  static int check(String... args) {
    try {
      var unused =
          NodeConfig.of(Toml.parse(Files.readString(Path.of(args[args.length - 1]))).orThrow());
      return 0;
    } catch (IOException | RuntimeException e) {
      System.err.println("stage=check outcome=fault reason=\"" + e + "\"");
      return 1;
    }
  }

  private static JsonObject boot(NodeConfig config) {
    return JsonObject.builder().put("socket", config.socket().toString()).build();
  }

  private void begin() throws IOException {
    Path terminals = config.run().resolve("pty");
    for (Path folder : List.of(config.run(), config.state(), terminals)) folder(folder);
    ChildProcess.inheritOrphans();
    Optional<TakeOver> before = TakeOver.find();
    var runc = new Runc(config.runc(), config.plainRoot());
    var mounts =
        new RootfsMounts(
            List.of(config.launcher().toString(), "userns"), config.run().resolve("scratch"));
    if (before.isEmpty()) runc.deleteAbandoned();
    var served = snapshots(before);
    snapshots = Optional.of(served);
    service(ShimKind.PLAIN, new PlainBodies(runc, mounts, served::isRemote), terminals);
    if (config.enclaves().isPresent()) {
      var manner =
          new Manner(config.enclaves().get().patience(), stages, new SnapshotRoots(served));
      var confidential = new Pods(PodsSetup.of(config, config.enclaves().get()), manner);
      if (before.isEmpty()) confidential.removeLeftovers();
      service(ShimKind.CONFIDENTIAL, confidential, terminals);
      pods = Optional.of(confidential);
    }
    var kept = before.map(TakeOver::streams).orElse(Map.of());
    var left = before.map(TakeOver::words).orElse(Map.of());
    for (TaskService service : services.values()) service.adopt(kept, left, remains());
    events.goOn(before.map(TakeOver::events).orElse(List.of()));
    services.forEach((kind, service) -> sockets.open(kind, service, before));
    others = listen(served);
    ready = true;
    LOG.log(
        System.Logger.Level.INFO,
        "stage=start outcome=ready"
            + before.map(b -> " taken=" + b.descriptors().size()).orElse(""));
    tellManager();
  }

  /** What is ordered after this service, containerd above all, may start now. */
  private static void tellManager() {
    try {
      boolean unused = ServiceManager.ready();
    } catch (LinuxException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=notify outcome=fault reason=\"" + e + "\"");
    }
  }

  private SnapshotServer snapshots(Optional<TakeOver> before) {
    var rule = new RemoteRule(config.remoteAll(), config.remoteImages(), config.content());
    Path root = config.state().resolve("snapshots");
    return before
        .flatMap(TakeOver::snapshots)
        .map(
            left ->
                SnapshotServer.goOn(
                    config.snapshotSocket(), root, rule, left.listening(), left::with))
        .orElseGet(() -> SnapshotServer.start(config.snapshotSocket(), root, rule));
  }

  private void service(ShimKind kind, Bodies bodies, Path terminals) {
    Path index = config.run().resolve("tasks").resolve(kind.word());
    services.put(kind, new TaskService(bodies, new Common(events, ooms, stages), terminals, index));
  }

  /** What listens beside the handlers. */
  private Closeable listen(SnapshotServer served) throws IOException {
    var handlers = new Handlers(services);
    services.forEach(
        (kind, service) ->
            stages
                .meters()
                .gauge(
                    "theca_node_containers_" + kind.word().replace('-', '_'),
                    "Containers of handler " + kind.word(),
                    Map.of(),
                    service::size));
    Optional<HealthServer> health =
        config.health().isPresent()
            ? Optional.of(
                HealthServer.start(config.health().get(), stages.meters()::text, () -> ready))
            : Optional.empty();
    var upgrade = new Upgrade(sockets.sides(), served, events, config.run(), () -> others.close());
    var calls =
        new DaemonCalls(
            new ShimCalls(handlers, sockets.paths(), this::features, remains()),
            this::status,
            stages.meters()::text,
            upgrade::run);
    var control = ControlSocket.listen(config.socket(), calls);
    var sweep = Thread.ofVirtual().name("sweep").start(this::sweep);
    return () -> {
      ready = false;
      sweep.interrupt();
      control.close();
      health.ifPresent(HealthServer::close);
    };
  }

  private void sweep() {
    try {
      while (true) {
        Thread.sleep(SWEEP);
        services.values().forEach(TaskService::sweep);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private DeleteAlone remains() {
    return new DeleteAlone(config.launcher(), config.run());
  }

  private byte[] features(String binary) {
    Path program = binary.isEmpty() ? config.runc() : Path.of(binary);
    return new Runc(program, config.plainRoot()).features();
  }

  private JsonObject status() {
    var containers = JsonObject.builder();
    services.forEach((kind, service) -> containers.put(kind.word(), service.size()));
    return JsonObject.builder()
        .put("version", ShimCalls.VERSION)
        .put("pid", ProcessHandle.current().pid())
        .put("started", started.toString())
        .put("ready", ready)
        .put("containers", containers.build())
        .build();
  }

  @Override
  public void close() throws IOException {
    others.close();
    snapshots.ifPresent(SnapshotServer::close);
    services.values().forEach(TaskService::removeAll);
    pods.ifPresent(Pods::removeAll);
    sockets.close();
    events.close();
    ooms.close();
  }

  private static void folder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }
}
