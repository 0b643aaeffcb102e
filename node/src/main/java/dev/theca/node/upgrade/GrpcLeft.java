package dev.theca.node.upgrade;

import dev.theca.linux.UnixConnection;
import dev.theca.linux.UnixListener;
import dev.theca.node.snapshot.SnapshotServer;
import dev.theca.wire.grpc.GrpcServer;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A gRPC service that is left to the next program: its listening socket and its connections.
 *
 * @param listening a descriptor
 */
public record GrpcLeft(int listening, List<Connection> connections) {
  /** A connection by its descriptor; the rest as {@link GrpcServer.Left} has it. */
  record Connection(
      int descriptor,
      boolean greeted,
      boolean settled,
      int last,
      long window,
      int initialWindow,
      int owed,
      List<GrpcServer.Open> open) {

    static Connection of(GrpcServer.Left left) {
      return new Connection(
          ((UnixConnection) left.connection()).number(),
          left.greeted(),
          left.settled(),
          left.last(),
          left.window(),
          left.initialWindow(),
          left.owed(),
          left.open());
    }

    private GrpcServer.Left with(UnixListener listener) {
      return new GrpcServer.Left(
          listener.goOnWith(descriptor), greeted, settled, last, window, initialWindow, owed, open);
    }
  }

  static GrpcLeft of(SnapshotServer server) throws IOException {
    return new GrpcLeft(server.listening(), server.leave().stream().map(Connection::of).toList());
  }

  /** The connections, to be served again; they pause with their listener. */
  public List<GrpcServer.Left> with(UnixListener listener) {
    return connections.stream().map(connection -> connection.with(listener)).toList();
  }

  List<Integer> descriptors() {
    var all = new ArrayList<>(List.of(listening));
    connections.forEach(connection -> all.add(connection.descriptor()));
    return all;
  }

  JsonObject json() {
    return JsonObject.builder()
        .put("listening", listening)
        .put("connections", new JsonArray(connections.stream().map(GrpcLeft::json).toList()))
        .build();
  }

  private static JsonValue json(Connection connection) {
    return JsonObject.builder()
        .put("descriptor", connection.descriptor())
        .put("greeted", connection.greeted())
        .put("settled", connection.settled())
        .put("last", connection.last())
        .put("window", connection.window())
        .put("initialWindow", connection.initialWindow())
        .put("owed", connection.owed())
        .put("open", new JsonArray(connection.open().stream().map(GrpcLeft::json).toList()))
        .build();
  }

  private static JsonValue json(GrpcServer.Open open) {
    return JsonObject.builder()
        .put("stream", open.stream())
        .put("window", open.window())
        .put("method", open.method())
        .put("message", Base64.getEncoder().encodeToString(open.message()))
        .build();
  }

  static GrpcLeft of(JsonObject json) {
    var connections = new ArrayList<Connection>();
    for (JsonValue item : json.requireArray("connections").orThrow())
      connections.add(connection((JsonObject) item));
    return new GrpcLeft(number(json, "listening"), connections);
  }

  private static Connection connection(JsonObject json) {
    var open = new ArrayList<GrpcServer.Open>();
    for (JsonValue item : json.requireArray("open").orThrow()) open.add(open((JsonObject) item));
    return new Connection(
        number(json, "descriptor"),
        json.requireBool("greeted").orThrow(),
        json.requireBool("settled").orThrow(),
        number(json, "last"),
        json.requireInteger("window").orThrow(),
        number(json, "initialWindow"),
        number(json, "owed"),
        open);
  }

  private static GrpcServer.Open open(JsonObject json) {
    return new GrpcServer.Open(
        number(json, "stream"),
        json.requireInteger("window").orThrow(),
        json.requireString("method").orThrow(),
        Base64.getDecoder().decode(json.requireString("message").orThrow()));
  }

  private static int number(JsonObject json, String name) {
    return json.requireInteger(name).orThrow().intValue();
  }
}
