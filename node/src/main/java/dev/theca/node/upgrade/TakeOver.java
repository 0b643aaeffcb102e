package dev.theca.node.upgrade;

import dev.theca.linux.UnixConnection;
import dev.theca.linux.UnixListener;
import dev.theca.node.control.ShimKind;
import dev.theca.node.events.Events;
import dev.theca.node.io.Kept;
import dev.theca.node.pod.Left;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What one program of this daemon leaves to the next in the same process, and nobody could find out
 * again: listening sockets, connections of containerd with the requests that wait in them, streams
 * of processes, events not yet told. A file for root only that is read once.
 */
public record TakeOver(
    Map<ShimKind, Integer> listeners,
    Map<ShimKind, List<Connection>> connections,
    Map<String, Kept> streams,
    Map<String, Left> bodies,
    List<Events.Pending> events,
    Optional<GrpcLeft> snapshots) {
  /** A connection by its descriptor; requests by stream. */
  public record Connection(int descriptor, int last, Map<Integer, byte[]> open) {
    static Connection of(TtrpcServer.Left left) {
      return new Connection(
          ((UnixConnection) left.connection()).number(), left.last(), left.open());
    }

    /** To be served again; it pauses with its listener. */
    public TtrpcServer.Left with(UnixListener listener) {
      return new TtrpcServer.Left(listener.goOnWith(descriptor), last, open);
    }
  }

  /** The variable that names the file to the next program. */
  public static final String VARIABLE = "THECA_TAKE_OVER";

  private static final int MAX = 256 << 20;

  /** The words of the bodies. */
  public Map<String, JsonObject> words() {
    var words = new HashMap<String, JsonObject>();
    bodies.forEach((name, left) -> words.put(name, left.json()));
    return words;
  }

  /** Every descriptor that is named here. */
  public List<Integer> descriptors() {
    var all = new TreeSet<>(listeners.values());
    connections.values().forEach(list -> list.forEach(c -> all.add(c.descriptor())));
    streams.values().forEach(kept -> all.addAll(kept.descriptors()));
    bodies.values().forEach(left -> all.addAll(left.descriptors()));
    snapshots.ifPresent(left -> all.addAll(left.descriptors()));
    return List.copyOf(all);
  }

  void write(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, Json.write(json()), StandardOpenOption.WRITE);
  }

  private JsonObject json() {
    var sockets = JsonObject.builder();
    listeners.forEach((kind, fd) -> sockets.put(kind.word(), fd));
    var open = new ArrayList<JsonValue>();
    connections.forEach((kind, list) -> list.forEach(c -> open.add(json(kind, c))));
    var io = JsonObject.builder();
    streams.forEach((name, kept) -> io.put(name, kept.json()));
    var left = JsonObject.builder();
    bodies.forEach((name, body) -> left.put(name, body.json()));
    var json = JsonObject.builder();
    snapshots.ifPresent(service -> json.put("snapshots", service.json()));
    return json.put("listeners", sockets.build())
        .put("connections", new JsonArray(open))
        .put("streams", io.build())
        .put("bodies", left.build())
        .put("events", new JsonArray(events.stream().<JsonValue>map(Events.Pending::json).toList()))
        .build();
  }

  private static JsonObject json(ShimKind kind, Connection connection) {
    var requests = JsonObject.builder();
    connection
        .open()
        .forEach(
            (stream, request) ->
                requests.put(
                    Integer.toString(stream), Base64.getEncoder().encodeToString(request)));
    return JsonObject.builder()
        .put("handler", kind.word())
        .put("descriptor", connection.descriptor())
        .put("last", connection.last())
        .put("open", requests.build())
        .build();
  }

  /** What the former program left; the file goes. Empty when this is the first in its process. */
  public static Optional<TakeOver> find() throws IOException {
    String name = System.getenv(VARIABLE);
    if (name == null || name.isEmpty()) return Optional.empty();
    Path file = Path.of(name);
    if (!Files.exists(file)) return Optional.empty();
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return Optional.of(read(Json.object(bytes, Limits.DEFAULT.withBytes(MAX)).orThrow()));
  }

  static TakeOver read(JsonObject json) {
    var listeners = new EnumMap<ShimKind, Integer>(ShimKind.class);
    var connections = new EnumMap<ShimKind, List<Connection>>(ShimKind.class);
    JsonObject sockets = json.requireObject("listeners").orThrow();
    for (ShimKind kind : ShimKind.values())
      sockets.integer(kind.word()).ifPresent(fd -> listeners.put(kind, fd.intValue()));
    for (JsonValue item : json.requireArray("connections").orThrow()) {
      var one = (JsonObject) item;
      var kind = ShimKind.named(one.requireString("handler").orThrow()).orElseThrow();
      connections.computeIfAbsent(kind, k -> new ArrayList<>()).add(connection(one));
    }
    var streams = new LinkedHashMap<String, Kept>();
    JsonObject io = json.requireObject("streams").orThrow();
    for (String name : io.members().keySet())
      streams.put(name, Kept.of(io.requireObject(name).orThrow()));
    var bodies = new LinkedHashMap<String, Left>();
    JsonObject left = json.requireObject("bodies").orThrow();
    for (String name : left.members().keySet())
      bodies.put(name, new Left(left.requireObject(name).orThrow(), List.of()));
    var events = new ArrayList<Events.Pending>();
    for (JsonValue item : json.requireArray("events").orThrow())
      events.add(Events.Pending.of((JsonObject) item));
    // the first version left its snapshots to nobody
    Optional<GrpcLeft> snapshots = json.object("snapshots").map(GrpcLeft::of);
    return new TakeOver(listeners, connections, streams, bodies, events, snapshots);
  }

  private static Connection connection(JsonObject json) {
    var open = new HashMap<Integer, byte[]>();
    JsonObject requests = json.requireObject("open").orThrow();
    for (String stream : requests.members().keySet())
      open.put(
          Integer.parseInt(stream),
          Base64.getDecoder().decode(requests.requireString(stream).orThrow()));
    return new Connection(
        json.requireInteger("descriptor").orThrow().intValue(),
        json.requireInteger("last").orThrow().intValue(),
        open);
  }
}
