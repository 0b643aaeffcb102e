package dev.theca.node.install;

import dev.theca.node.client.ControlClient;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What runs on a node at this moment. */
public record Status(
    Optional<JsonObject> daemon,
    boolean installed,
    List<String> pods,
    String containerd,
    List<String> handlers) {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Looks; a containerd that does not answer has an empty version. */
  public static Status of(Site site, Containerd containerd) throws IOException {
    Path socket = containerd.socket(site.config()).orThrow();
    var node = new NodeState(site.run());
    String version = "";
    List<String> handlers = List.of();
    try (var asked = new ContainerdSocket(socket, LIMIT)) {
      version = asked.version();
      handlers = List.copyOf(asked.handlers());
    } catch (GrpcException e) {
      handlers = List.of();
    }
    return new Status(
        daemon(site),
        Record.read(site.home()).isPresent(),
        List.copyOf(node.pods()),
        version,
        handlers);
  }

  /** Whether confidential pods can run; a daemon without a platform serves plain ones only. */
  public boolean ready() {
    return handlers.contains("theca")
        && daemon.flatMap(d -> d.object("containers")).flatMap(c -> c.get("theca")).isPresent();
  }

  /** What the daemon says of itself; empty when nobody answers. */
  private static Optional<JsonObject> daemon(Site site) {
    try {
      return Optional.of(new ControlClient(site.run().resolve("node.sock")).status());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** With the members {@code version}, {@code pid}, {@code started}, {@code containers}. */
  public JsonObject json() {
    var json =
        JsonObject.builder()
            .put("ready", new JsonBool(ready()))
            .put("daemon", new JsonBool(daemon.isPresent()));
    for (String name : List.of("version", "pid", "started", "containers"))
      daemon.map(d -> d.members().get(name)).ifPresent(value -> json.put(name, value));
    return json.put("installed", new JsonBool(installed))
        .put("containerd", containerd)
        .put("handlers", JsonArray.strings(handlers))
        .put("pods", JsonArray.strings(pods))
        .build();
  }
}
