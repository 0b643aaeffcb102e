package dev.theca.cli.demo;

import dev.theca.broker.BrokerAdmin;
import dev.theca.cli.cri.CriClient;
import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.local.ImageLocation;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Everything that the acts of the demo play on: services, owner, images, and the runtime. */
final class Stage implements AutoCloseable {
  private static final String ROOT = "sim:demo";
  private static final int PORTS = 1000;

  final World world;
  final Stages stages;
  final Facts facts;
  final Canary canary = new Canary();
  final int port = freePort();
  final boolean redis;
  final Owner owner;
  final Bundles bundles;
  final BrokerAdmin broker;
  final BuiltImage content;
  final ImageRef sealed;
  final CriClient cri;
  final Pods pods;
  private final Path agentBundle;
  private final Path appBundle;
  private final Path initData;
  private final Path program;

  private Stage(
      World world, Stages stages, Facts facts, @Nullable Path containerd, @Nullable String image) {
    this.world = world;
    this.stages = stages;
    this.facts = facts;
    this.redis = image == null;
    stages.chapter("Services");
    JsonObject platform =
        stages.run(
            "software SGX platform",
            () -> world.platform("demo"),
            boot ->
                "simulated root, SHA-256 of its key "
                    + boot.string("root_key_sha256").orElse("").substring(0, 16)
                    + "...: trusted by this demo's broker only");
    String registry = stages.run("registry", world::registry, address -> "");
    this.owner = new Owner(registry);
    JsonObject boot =
        stages.run("broker", () -> world.broker(platform, ROOT, owner.referenceKey()), b -> "");
    this.broker = world.admin(boot);
    this.bundles = new Bundles(world.dist);
    this.agentBundle = world.layout.state().resolve("bundles/agent");
    this.appBundle = world.layout.state().resolve("bundles/app");
    stages.run("agent enclave, built and signed", () -> bundles.agent(agentBundle), Stage::mr);
    stages.run("app enclave, built and signed", () -> bundles.app(appBundle), Stage::mr);

    stages.chapter("Seal");
    this.content = stages.run("pack the image", () -> content(image), c -> "");
    this.sealed = owner.ref("demo/app:1");
    facts.put("sealed.image", sealed.toString());
    stages.run(
        "encrypt, push, sign", () -> owner.seal(sealed, content), digest -> "manifest " + digest);
    ImageRef pause = owner.ref("plain/pause:1");
    owner.pushPlain(pause, DemoImage.pause(world.dist.bin().resolve("pause")));
    stages.run(
        "give key, policies and reference values to the broker",
        () ->
            owner.register(
                broker,
                ROOT,
                bundles.mrSigner(),
                (canary.password() + "\n").getBytes(StandardCharsets.US_ASCII),
                List.of("demo/app", "demo/unsigned", "demo/swapped", Owner.KEPT),
                redis ? DemoImage.UID : 0));
    this.initData = write(owner.initData(boot.requireString("url").orThrow()));

    stages.chapter("Node");
    this.program = containerd(containerd);
    String version = Commands.output(program.toString(), "--version").trim();
    int major = ContainerdConfig.major(version);
    facts.put("containerd.version", version);
    stages.run("node daemon", () -> node("demo", agentBundle));
    this.cri =
        stages.run(
            "containerd, stock",
            () -> {
              world.containerd(program, major, pause.toString(), registry);
              return ready(new CriClient(world.layout.containerdSocket()));
            },
            c -> version);
    this.pods = new Pods(cri, world.layout.podLogs(), stages);
  }

  static Stage set(
      World world, Stages stages, Facts facts, @Nullable Path containerd, @Nullable String image) {
    return new Stage(world, stages, facts, containerd, image);
  }

  private static String mr(String mrEnclave) {
    return "MRENCLAVE " + mrEnclave.substring(0, 16) + "...";
  }

  private BuiltImage content(@Nullable String image) {
    if (image == null) return DemoImage.redis(canary);
    var source =
        ImageLocation.parse(image)
            .then(place -> place.reader(new Registries(RemoteSettings.standard())))
            .orThrow(); // read while the demo runs
    return canary.into(BuiltImage.of(source, Platform.LINUX_AMD64).orThrow());
  }

  private static Path containerd(@Nullable Path folder) {
    return folder == null
        ? Requirements.find("containerd").orElseThrow()
        : folder.toAbsolutePath().resolve("containerd");
  }

  private Path write(String text) {
    try {
      return Files.writeString(world.layout.config().resolve("init-data.toml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CriClient ready(CriClient client) {
    long end = System.nanoTime() + Patience.STEP.toNanos();
    while (true) {
      try {
        if (client.conditions().getOrDefault("RuntimeReady", false)) return client;
      } catch (GrpcException e) {
        if (!world.child("containerd").alive())
          throw new IllegalStateException(
              "containerd has ended" + world.child("containerd").logEnd(), e);
      }
      if (System.nanoTime() > end)
        throw new IllegalStateException(
            "containerd is not ready" + world.child("containerd").logEnd());
      pause(50);
    }
  }

  static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * For services that come and go while the demo talks to others: one that the kernel gives to no
   * connection meanwhile, as those from 32768 on (ip_local_port_range of ip(7)).
   */
  private static int freePort() {
    for (int i = 0; i < PORTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        continue; // taken
      }
    }
    throw new IllegalStateException("no free port");
  }

  /** Starts the node daemon again, with another platform or agent. */
  void nodeWith(String platform, Path agent) {
    world.end("node");
    node(platform, agent);
    pods.awaitSnapshotter(sealed.toString());
  }

  /** The node daemon as it should be. */
  void nodeAgain() {
    nodeWith("demo", agentBundle);
  }

  private void node(String platform, Path agent) {
    world.node(platform, agent, appBundle, initData);
  }

  Path agentBundle() {
    return agentBundle;
  }

  /** Tells a person where everything is. */
  void howToLook(Pods.Running running) {
    String lines =
        "container      "
            + running.containerId()
            + "\nlog            "
            + running.log()
            + "\nservice logs   "
            + world.layout.logs()
            + "\nruntime        "
            + program.resolveSibling("ctr")
            + " -a "
            + world.layout.containerdSocket()
            + " -n k8s.io tasks ls"
            + (redis ? "\nservice        127.0.0.1:" + port : "")
            + "\nend it         ./theca down"
            + world.layout.option();
    stages.say(lines);
  }

  @Override
  public void close() {
    cri.close();
  }
}
