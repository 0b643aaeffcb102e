package dev.theca.node.install;

import dev.theca.wire.grpc.GrpcClient;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A running containerd, asked over its socket what it really has in force: version, handlers,
 * snapshotters, pods, images. A containerd that does not answer is a {@link
 * dev.theca.wire.grpc.GrpcException}.
 */
public final class ContainerdSocket implements AutoCloseable {
  private static final String RUNTIME = "runtime.v1.RuntimeService";
  private static final int MAX_MESSAGE = 64 << 20;

  private final GrpcClient socket;
  private final Duration limit;

  public ContainerdSocket(Path socket, Duration limit) {
    this.socket = new GrpcClient(socket, MAX_MESSAGE);
    this.limit = limit;
  }

  private ProtoReader call(String service, String method, ProtoWriter request) {
    return socket.call(service, method, request, limit, "containerd-namespace", "k8s.io");
  }

  /** The version of the Container Runtime Interface's server: it answers only when it is loaded. */
  public String version() {
    return string(call(RUNTIME, "Version", new ProtoWriter().string(1, "v1")), 3);
  }

  /** The runtime handlers that are in force. */
  public Set<String> handlers() {
    var in = call(RUNTIME, "Status", new ProtoWriter().varint(1, 1));
    var handlers = new TreeSet<String>();
    var info = new TreeMap<String, String>();
    while (in.next()) {
      if (in.field() == 2) in.entry(info);
      else if (in.field() == 3) handlers.add(string(in.message(), 1));
    }
    config(info.getOrDefault("config", "{}"))
        .flatMap(c -> c.object("containerd"))
        .flatMap(c -> c.object("runtimes"))
        .ifPresent(r -> handlers.addAll(r.members().keySet()));
    handlers.remove("");
    return handlers;
  }

  private static java.util.Optional<JsonObject> config(String text) {
    var read =
        Json.object(
            text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            Limits.DEFAULT.withBytes(16 << 20));
    return read.isGranted() ? java.util.Optional.of(read.orThrow()) : java.util.Optional.empty();
  }

  /** The names of the snapshotters, and what was wrong with each when it was loaded. */
  public Map<String, String> snapshotters() {
    var in =
        call(
            "containerd.services.introspection.v1.Introspection",
            "Plugins",
            new ProtoWriter().string(1, "type==io.containerd.snapshotter.v1"));
    var found = new TreeMap<String, String>();
    while (in.next()) {
      if (in.field() != 1) continue;
      var plugin = in.message();
      String id = "";
      String fault = "";
      while (plugin.next()) {
        if (plugin.field() == 2) id = plugin.string();
        else if (plugin.field() == 7) fault = string(plugin.message(), 2);
      }
      found.put(id, fault);
    }
    return found;
  }

  /** The ids of all pod sandboxes. */
  public Set<String> pods() {
    var in = call(RUNTIME, "ListPodSandbox", new ProtoWriter());
    var ids = new TreeSet<String>();
    while (in.next()) if (in.field() == 1) ids.add(string(in.message(), 1));
    return ids;
  }

  /** Image names and the digests they lead to, as the orchestrator's namespace has them. */
  public Map<String, String> images() {
    var in = call("containerd.services.images.v1.Images", "List", new ProtoWriter());
    var images = new TreeMap<String, String>();
    while (in.next()) {
      if (in.field() != 1) continue;
      var image = in.message();
      String name = "";
      String digest = "";
      while (image.next()) {
        if (image.field() == 1) name = image.string();
        else if (image.field() == 3) digest = string(image.message(), 2);
      }
      images.put(name, digest);
    }
    return images;
  }

  private static String string(ProtoReader in, int field) {
    String value = "";
    while (in.next()) if (in.field() == field) value = in.string();
    return value;
  }

  @Override
  public void close() {
    socket.close();
  }
}
