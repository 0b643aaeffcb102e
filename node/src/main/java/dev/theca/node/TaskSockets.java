package dev.theca.node;

import dev.theca.linux.UnixListener;
import dev.theca.node.control.ShimKind;
import dev.theca.node.task.TaskService;
import dev.theca.node.upgrade.TakeOver;
import dev.theca.node.upgrade.Upgrade;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where each handler's Task service is reached: a socket of its own, new or taken over. */
final class TaskSockets {
  private final NodeConfig config;
  private final Map<ShimKind, Upgrade.Side> sides = new EnumMap<>(ShimKind.class);

  TaskSockets(NodeConfig config) {
    this.config = config;
  }

  /** Serves a handler, with the socket and the connections that the program before had. */
  void open(ShimKind kind, TaskService service, Optional<TakeOver> before) {
    Optional<Integer> number = before.map(TakeOver::listeners).map(l -> l.get(kind));
    UnixListener listener =
        number.map(UnixListener::goOn).orElseGet(() -> UnixListener.listen(path(kind)));
    var left =
        before.map(b -> b.connections().getOrDefault(kind, List.of())).orElse(List.of()).stream()
            .map(connection -> connection.with(listener))
            .toList();
    sides.put(
        kind,
        new Upgrade.Side(listener, TtrpcServer.over(listener, service.handlers(), left), service));
  }

  /** What an upgrade takes along. */
  Map<ShimKind, Upgrade.Side> sides() {
    return sides;
  }

  /** The sockets of the handlers that are served. */
  Map<ShimKind, Path> paths() {
    var paths = new EnumMap<ShimKind, Path>(ShimKind.class);
    for (ShimKind kind : sides.keySet()) paths.put(kind, path(kind));
    return paths;
  }

  private Path path(ShimKind kind) {
    return switch (kind) {
      case PLAIN -> config.plainSocket();
      case CONFIDENTIAL -> config.taskSocket();
    };
  }

  void close() throws IOException {
    sides.values().forEach(side -> side.server().close());
    for (ShimKind kind : sides.keySet()) Files.deleteIfExists(path(kind));
  }
}
