package dev.theca.node;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;

/**
 * The daemon's configuration file. {@code run} is lost at a reboot, {@code state} is not.
 *
 * @param remoteAll whether every image that comes to the snapshotter is left to the agents, or only
 *     encrypted ones
 * @param content containerd's content store, to look at manifests
 */
public record NodeConfig(
    Path run,
    Path state,
    Path runc,
    Path runcRoot,
    Path launcher,
    Path pause,
    Path simulatorSocket,
    Path agentBundle,
    Path appBundle,
    Path initData,
    Path socket,
    Path taskSocket,
    Path snapshotSocket,
    Path content,
    boolean remoteAll) {
  static NodeConfig of(JsonObject toml) {
    Path run = path(toml, "run").orThrow();
    String remote = toml.string("remote").orElse("encrypted");
    if (!remote.equals("all") && !remote.equals("encrypted"))
      throw new IllegalArgumentException("remote is all or encrypted, not " + remote);
    return new NodeConfig(
        run,
        path(toml, "state").orThrow(),
        path(toml, "runc").orThrow(),
        path(toml, "runc_root").orThrow(),
        path(toml, "launcher").orThrow(),
        path(toml, "pause").orThrow(),
        path(toml, "simulator_socket").orThrow(),
        path(toml, "agent_bundle").orThrow(),
        path(toml, "app_bundle").orThrow(),
        path(toml, "init_data").orThrow(),
        toml.string("socket").map(Path::of).orElse(run.resolve("node.sock")),
        toml.string("task_socket").map(Path::of).orElse(run.resolve("task.sock")),
        toml.string("snapshot_socket").map(Path::of).orElse(run.resolve("snapshots.sock")),
        path(toml, "content").orThrow(),
        remote.equals("all"));
  }

  private static Outcome<Path> path(JsonObject toml, String name) {
    return toml.requireString(name).map(Path::of);
  }
}
