package dev.theca.node.snapshot;

import dev.theca.node.grpc.RawMethod;
import dev.theca.wire.proto.ProtoException;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * containerd's snapshots service (v1) over gRPC on a unix socket, for root only; and what the shim
 * wants to know of the snapshots that its containers use.
 */
public final class SnapshotServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final String SERVICE = "containerd.services.snapshots.v1.Snapshots";

  private final Snapshotter snapshotter;
  private final Server server;
  private final EventLoopGroup group;
  private final Path socket;

  private SnapshotServer(
      Snapshotter snapshotter, Server server, EventLoopGroup group, Path socket) {
    this.snapshotter = snapshotter;
    this.server = server;
    this.group = group;
    this.socket = socket;
  }

  /** Serves the snapshots of a folder, which no other daemon may use meanwhile. */
  public static SnapshotServer start(Path socket, Path root, RemoteRule rule) {
    try {
      var snapshotter = new Snapshotter(new SnapshotStore(root), rule);
      var group =
          new MultiThreadIoEventLoopGroup(
              1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory());
      try {
        Files.deleteIfExists(socket);
        var server =
            NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(service(new SnapshotCalls(snapshotter)))
                .build()
                .start();
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        return new SnapshotServer(snapshotter, server, group, socket);
      } catch (IOException e) {
        var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        snapshotter.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot serve snapshots on " + socket, e);
    }
  }

  /** Where a container's image came from; empty when its root is none of ours. */
  public Optional<ImageHint> imageOf(String namespace, String containerId) {
    return snapshotter.imageOf(namespace, containerId);
  }

  /** Whether a container's root is a placeholder; empty when its root is none of ours. */
  public Optional<Boolean> isRemote(String namespace, String containerId) {
    return snapshotter.isRemote(namespace, containerId);
  }

  /** From now on a container's usage includes the folder of its sealed volume. */
  public void sealedVolume(String namespace, String containerId, Path folder) {
    snapshotter.volume(namespace, containerId, folder);
  }

  /** The container's sealed volume is gone. */
  public void forgetSealedVolume(String namespace, String containerId) {
    snapshotter.forgetVolume(namespace, containerId);
  }

  private static ServerServiceDefinition service(SnapshotCalls calls) {
    var service = ServerServiceDefinition.builder(SERVICE);
    for (var method : SnapshotCalls.Method.values()) {
      boolean list = method == SnapshotCalls.Method.LIST;
      service.addMethod(
          RawMethod.of(list ? MethodType.SERVER_STREAMING : MethodType.UNARY, SERVICE, method.text),
          list
              ? ServerCalls.asyncServerStreamingCall(
                  (byte[] request, StreamObserver<byte[]> out) ->
                      answer(calls, method, request, out))
              : ServerCalls.asyncUnaryCall(
                  (byte[] request, StreamObserver<byte[]> out) ->
                      answer(calls, method, request, out)));
    }
    return service.build();
  }

  private static void answer(
      SnapshotCalls calls,
      SnapshotCalls.Method method,
      byte[] request,
      StreamObserver<byte[]> out) {
    try {
      for (byte[] message : calls.answer(method, request)) out.onNext(message);
      out.onCompleted();
    } catch (SnapshotRefused e) {
      out.onError(e.status().asRuntimeException());
    } catch (ProtoException e) {
      out.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR, "stage=snapshot method=" + method.text + " outcome=fault", e);
      out.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
    }
  }

  /** Calls under way are answered first, those that take long excepted. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(2, TimeUnit.SECONDS)) server.shutdownNow();
      boolean unused = server.awaitTermination(5, TimeUnit.SECONDS);
      Files.deleteIfExists(socket);
      snapshotter.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
