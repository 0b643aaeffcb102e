package dev.theca.node.snapshot;

import dev.theca.linux.UnixListener;
import dev.theca.wire.grpc.GrpcClient;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.grpc.GrpcServer;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * containerd's snapshots service (v1) over gRPC on a unix socket, for root only; and what the shim
 * wants to know of the snapshots that its containers use.
 */
public final class SnapshotServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final String SERVICE = "containerd.services.snapshots.v1.Snapshots";
  private static final Duration ENDS = Duration.ofSeconds(2);
  private static final Duration WARM = Duration.ofSeconds(5);
  private static final int WORDS = 4096;

  private final Snapshotter snapshotter;
  private final UnixListener listener;
  private final GrpcServer server;
  private final Path socket;

  private SnapshotServer(
      Snapshotter snapshotter, UnixListener listener, GrpcServer server, Path socket) {
    this.snapshotter = snapshotter;
    this.listener = listener;
    this.server = server;
    this.socket = socket;
  }

  /** Serves the snapshots of a folder, which no other daemon may use meanwhile. */
  public static SnapshotServer start(Path socket, Path root, RemoteRule rule) {
    var server = start(socket, root, rule, () -> UnixListener.listen(socket), any -> List.of());
    server.warm();
    return server;
  }

  /** Goes on with what the program before this one left: its listening socket, its connections. */
  public static SnapshotServer goOn(
      Path socket,
      Path root,
      RemoteRule rule,
      int listening,
      Function<UnixListener, List<GrpcServer.Left>> left) {
    return start(socket, root, rule, () -> UnixListener.goOn(listening), left);
  }

  private static SnapshotServer start(
      Path socket,
      Path root,
      RemoteRule rule,
      java.util.function.Supplier<UnixListener> listening,
      Function<UnixListener, List<GrpcServer.Left>> left) {
    try {
      var snapshotter = new Snapshotter(new SnapshotStore(root), rule);
      try {
        UnixListener listener = listening.get();
        var server =
            GrpcServer.over(
                listener, handlers(new SnapshotCalls(snapshotter)), left.apply(listener));
        return new SnapshotServer(snapshotter, listener, server, socket);
      } catch (RuntimeException e) {
        snapshotter.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot serve snapshots on " + socket, e);
    }
  }

  private static Map<String, GrpcServer.Handler> handlers(SnapshotCalls calls) {
    var handlers = new HashMap<String, GrpcServer.Handler>();
    for (var method : SnapshotCalls.Method.values())
      handlers.put(
          SERVICE + "/" + method.text,
          (request, answers) -> answer(calls, method, request, answers));
    return handlers;
  }

  private static void answer(
      SnapshotCalls calls,
      SnapshotCalls.Method method,
      byte[] request,
      GrpcServer.Answers answers) {
    List<byte[]> messages;
    try {
      messages = calls.answer(method, request);
    } catch (SnapshotRefused e) {
      throw new GrpcException(e.status(), e.words());
    } catch (ProtoException e) {
      throw new GrpcException(RpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR, "stage=snapshot method=" + method.text + " outcome=fault", e);
      throw new GrpcException(RpcStatus.INTERNAL, e.toString());
    }
    messages.forEach(answers::send);
  }

  /** The first call of a program is its slowest, and containerd's patience with it is short. */
  private void warm() {
    try (var client = new GrpcClient(socket, WORDS)) {
      var request = new ProtoWriter().string(1, "theca").string(2, "none");
      var unused = client.call(SERVICE, SnapshotCalls.Method.STAT.text, request, WARM);
    } catch (GrpcException e) {
      if (e.status() != RpcStatus.NOT_FOUND)
        LOG.log(System.Logger.Level.WARNING, "stage=snapshot outcome=cold", e);
    }
  }

  /** Where a container's image came from; empty when its root is none of ours. */
  public Optional<ImageHint> imageOf(String namespace, String containerId) {
    return snapshotter.containers().imageOf(namespace, containerId);
  }

  /** Whether a container's root is a placeholder; empty when its root is none of ours. */
  public boolean isRemote(String namespace, String containerId) {
    return snapshotter.containers().isRemote(namespace, containerId);
  }

  /** From now on a container's usage includes the folder of its sealed volume. */
  public void sealedVolume(String namespace, String containerId, Path folder) {
    snapshotter.usage().volume(namespace, containerId, folder);
  }

  /** The container's sealed volume is gone. */
  public void forgetSealedVolume(String namespace, String containerId) {
    snapshotter.usage().forgetVolume(namespace, containerId);
  }

  /** As {@link GrpcServer#rest}. */
  public boolean rest(Duration limit) throws InterruptedException {
    return server.rest(limit);
  }

  public void goOn() {
    server.goOn();
  }

  /** The listening socket, for the next program. */
  public int listening() {
    return listener.number();
  }

  /** Lets go of the folder and gives the connections away, after {@link #rest}. */
  public List<GrpcServer.Left> leave() throws IOException {
    List<GrpcServer.Left> left = server.leave();
    snapshotter.close();
    return left;
  }

  /**
   * Calls under way are answered first, those that take long excepted. The socket's file goes
   * before the connections: containerd dials at once, again and again while there is no file, but
   * after a refusal it gives up for a second, and every call in it fails.
   */
  @Override
  public void close() {
    try {
      boolean unused = server.rest(ENDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Files.deleteIfExists(socket);
      server.close();
      snapshotter.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
