package dev.theca.cli.demo;

import dev.theca.broker.BrokerAdmin;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The services of a demo, each in its own process as on a real node: platform, broker, registry,
 * node daemon, containerd. Configuration files are left readable below the state folder.
 */
final class World {

  final Layout layout;
  final Dist dist;
  private final Processes processes;
  private final Map<String, Child> children = new HashMap<>();

  World(Layout layout, Dist dist) {
    this.layout = layout;
    this.dist = dist;
    this.processes = Processes.recordedIn(layout.world());
  }

  /** A software SGX platform with a root of its own; what it says at boot. */
  JsonObject platform(String name) {
    Path state = layout.state().resolve("platform-" + name);
    Path config =
        write(
            "platform-" + name + ".toml",
            """
            platform = "%s"
            state = "%s"
            run = "%s"
            socket = "%s"
            collateral_listen = "127.0.0.1:0"
            """
                .formatted(name, state, layout.run().resolve(name), platformSocket(name)));
    return start("platform-" + name, dist.service("simulator", 256, "--config", config + ""));
  }

  Path platformSocket(String name) {
    return layout.run().resolve(name + ".sock");
  }

  /**
   * A broker that knows one simulated platform beside the vendors' roots, and takes reference
   * values that the owner signed.
   */
  JsonObject broker(JsonObject platform, String rootName, String ownerPem) {
    Path config =
        write(
            "broker.toml",
            """
            listen = "127.0.0.1:0"
            state = "%s"
            admin_token_file = "%s"
            management = "127.0.0.1:0"
            collateral = "%s"
            [[roots]]
            name = "%s"
            certificate = "%s"
            [[reference.keys]]
            name = "owner"
            scope = ["*"]
            file = "%s"
            """
                .formatted(
                    layout.state().resolve("broker"),
                    layout.state().resolve("broker-admin-token"),
                    platform.requireString("collateral").orThrow(),
                    rootName,
                    platform.requireString("root_certificate").orThrow(),
                    write("owner-reference-key.pem", ownerPem)));
    return start("broker", dist.service("broker", 104, "--config", config + ""));
  }

  BrokerAdmin admin(JsonObject broker) {
    try {
      byte[] token =
          Files.readAllBytes(Path.of(broker.requireString("admin_token_file").orThrow()));
      return new BrokerAdmin(
          URI.create(broker.requireString("url").orThrow()), Secret.moveFrom(token));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the broker's admin token", e);
    }
  }

  /** A registry; its host and port. */
  String registry() {
    Path root = layout.state().resolve("registry");
    return start(
            "registry",
            dist.service("registry", 256, "--root", root + "", "--listen", "127.0.0.1:0"))
        .requireString("address")
        .orThrow();
  }

  /** The node daemon, with enclaves launched by the named platform. */
  void node(String platform, Path agentBundle, Path appBundle, Path initData) {
    Path config =
        write(
            "node.toml",
            """
            run = "%s"
            state = "%s"
            runc = "%s"
            runc_root = "%s"
            launcher = "%s"
            pause = "%s"
            simulator_socket = "%s"
            agent_bundle = "%s"
            app_bundle = "%s"
            init_data = "%s"
            socket = "%s"
            snapshot_socket = "%s"
            content = "%s"
            """
                .formatted(
                    layout.run(),
                    layout.state().resolve("node"),
                    Requirements.find("runc").orElseThrow(),
                    layout.run().resolve("runc"),
                    launcher(),
                    dist.bin().resolve("pause"),
                    platformSocket(platform),
                    agentBundle,
                    appBundle,
                    initData,
                    layout.nodeSocket(),
                    layout.snapshotSocket(),
                    layout.containerdRoot().resolve("io.containerd.content.v1.content")));
    JsonObject unused = start("node", dist.service("node", 128, "--config", config + ""));
  }

  Path launcher() {
    return dist.bin().resolve("containerd-shim-theca-v2");
  }

  /** Stock containerd with its own root, state and socket. */
  void containerd(Path program, int major, String pauseImage, String registry) {
    Path hosts = layout.config().resolve("certs.d").resolve(registry);
    try {
      Files.createDirectories(hosts);
      Files.writeString(
          hosts.resolve("hosts.toml"), "server = \"http://%s\"\n".formatted(registry));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + hosts, e);
    }
    Path runc = Requirements.find("runc").orElseThrow();
    Path config =
        write(
            "containerd.toml", ContainerdConfig.text(major, layout, launcher(), runc, pauseImage));
    var environment =
        Map.of(
            "THECA_NODE_SOCKET",
            layout.nodeSocket().toString(),
            "PATH",
            program.resolveSibling(".").normalize()
                + ":"
                + dist.bin()
                + ":/usr/sbin:/usr/bin:/sbin:/bin");
    var child =
        Child.start(
            "containerd",
            List.of(program.toString(), "--config", config.toString()),
            environment,
            layout.logs().resolve("containerd.log"));
    keep(child);
  }

  private JsonObject start(String name, List<String> command) {
    var child = Child.start(name, command, Map.of(), layout.logs().resolve(name + ".log"));
    keep(child);
    return child.boot(Patience.STEP);
  }

  private void keep(Child child) {
    children.put(child.name(), child);
    processes.add(child.name(), child.handle());
  }

  Child child(String name) {
    Child child = children.get(name);
    if (child == null) throw new IllegalStateException(name + " was not started");
    return child;
  }

  /** Ends one service and waits for it. */
  void end(String name) {
    Child child = children.remove(name);
    if (child != null) child.end();
  }

  /** Ends everything; the names of those that had to be killed. */
  List<String> end() {
    children.clear();
    return processes.end();
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(layout.config().resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + name, e);
    }
  }
}
