package dev.theca.node;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The daemon's configuration file. {@code run} is lost at a reboot, {@code state} is not.
 *
 * @param plainRoot state folder of the OCI runtime for plain containers
 * @param remoteAll whether every image that comes to the snapshotter is left to the agents, or only
 *     encrypted ones
 * @param remoteImages references that are left to the agents too; {@code *} stands for anything
 * @param content containerd's content store, to look at manifests
 * @param launcher the shim binary, which also makes namespaces
 * @param health where health and metrics are served: a port on loopback
 * @param enclaves what confidential pods are made from; without it the node serves plain containers
 *     only, and {@code start} of the other handler is refused
 */
public record NodeConfig(
    Path run,
    Path state,
    Path runc,
    Path plainRoot,
    Path socket,
    Path taskSocket,
    Path plainSocket,
    Path snapshotSocket,
    Path content,
    boolean remoteAll,
    List<String> remoteImages,
    Path launcher,
    Optional<InetSocketAddress> health,
    Optional<Enclaves> enclaves) {
  /**
   * The confidential side.
   *
   * @param runcRoot state folder of the OCI runtime; all in it is this daemon's
   * @param patience how long the preparation of a container may stand still
   */
  public record Enclaves(
      Path runcRoot,
      Path launcher,
      Path pause,
      Path simulatorSocket,
      Path agentBundle,
      Path appBundle,
      Path initData,
      Duration patience) {
    private static final long USUAL_PATIENCE = 120;

    static Enclaves of(JsonObject toml) {
      return new Enclaves(
          path(toml, "runc_root").orThrow(),
          path(toml, "launcher").orThrow(),
          path(toml, "pause").orThrow(),
          path(toml, "simulator_socket").orThrow(),
          path(toml, "agent_bundle").orThrow(),
          path(toml, "app_bundle").orThrow(),
          path(toml, "init_data").orThrow(),
          patience(toml.integer("patience_seconds").orElse(USUAL_PATIENCE)));
    }

    private static Duration patience(long seconds) {
      if (seconds < 1) throw new IllegalArgumentException("patience_seconds is 1 at least");
      return Duration.ofSeconds(seconds);
    }
  }

  private static final Set<String> KEYS =
      Set.of(
          "run",
          "state",
          "content",
          "runc",
          "socket",
          "task_socket",
          "plain_socket",
          "snapshot_socket",
          "plain_root",
          "launcher",
          "remote",
          "remote_images",
          "health_port",
          "simulator_socket",
          "runc_root",
          "pause",
          "agent_bundle",
          "app_bundle",
          "init_data",
          "patience_seconds");

  private static final Path LAUNCHER = Path.of("/opt/theca/bin/containerd-shim-theca-v2");

  /** A key that nobody reads is an error: it may be a misspelt one. */
  static NodeConfig of(JsonObject toml) {
    for (String key : toml.members().keySet())
      if (!KEYS.contains(key))
        throw new IllegalArgumentException(
            "there is no key " + key + "; there are " + KEYS.stream().sorted().toList());
    Path run = path(toml, "run").orThrow();
    String remote = toml.string("remote").orElse("encrypted");
    if (!remote.equals("all") && !remote.equals("encrypted"))
      throw new IllegalArgumentException("remote is all or encrypted, not " + remote);
    return new NodeConfig(
        run,
        path(toml, "state").orThrow(),
        path(toml, "runc").orThrow(),
        path(toml, "plain_root", run.resolve("plain")),
        path(toml, "socket", run.resolve("node.sock")),
        path(toml, "task_socket", run.resolve("task.sock")),
        path(toml, "plain_socket", run.resolve("plain.sock")),
        path(toml, "snapshot_socket", run.resolve("snapshots.sock")),
        path(toml, "content").orThrow(),
        remote.equals("all"),
        toml.strings("remote_images").orElse(List.of()),
        path(toml, "launcher", LAUNCHER),
        toml.integer("health_port").map(NodeConfig::loopback),
        toml.string("simulator_socket").map(any -> Enclaves.of(toml)));
  }

  private static InetSocketAddress loopback(long port) {
    if (port < 0 || port > 65_535)
      throw new IllegalArgumentException("health_port is 0 to 65535, not " + port);
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), (int) port);
  }

  private static Outcome<Path> path(JsonObject toml, String name) {
    return toml.requireString(name).map(Path::of);
  }

  private static Path path(JsonObject toml, String name, Path otherwise) {
    return toml.string(name).map(Path::of).orElse(otherwise);
  }
}
