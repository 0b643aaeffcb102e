package dev.theca.node.snapshot;

import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.MethodDescriptor;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** containerd's snapshots service (v1) over gRPC on a unix socket, for root only. */
public final class SnapshotServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final String SERVICE = "containerd.services.snapshots.v1.Snapshots";
  private static final int CHUNK = 100;

  private final Server server;
  private final EventLoopGroup group;
  private final Path socket;

  private SnapshotServer(Server server, EventLoopGroup group, Path socket) {
    this.server = server;
    this.group = group;
    this.socket = socket;
  }

  /** The fields of any request of this service. */
  private static final class Request {
    final Map<Integer, String> texts = new LinkedHashMap<>();
    final Map<String, String> labels = new LinkedHashMap<>();
    final List<String> paths = new ArrayList<>();

    String text(int field) {
      return texts.getOrDefault(field, "");
    }
  }

  private interface Method {
    ProtoWriter answer(Snapshotter snapshotter, Request request)
        throws SnapshotRefused, IOException;
  }

  public static SnapshotServer start(Path socket, Path root, Path content, boolean remoteAll) {
    try {
      var snapshotter = new Snapshotter(new SnapshotStore(root), content, remoteAll);
      Files.deleteIfExists(socket);
      var group =
          new MultiThreadIoEventLoopGroup(
              1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory());
      var server =
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
              .channelType(NioServerDomainSocketChannel.class)
              .bossEventLoopGroup(group)
              .workerEventLoopGroup(group)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .addService(service(snapshotter))
              .build()
              .start();
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      return new SnapshotServer(server, group, socket);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot serve snapshots on " + socket, e);
    }
  }

  private static ServerServiceDefinition service(Snapshotter snapshotter) {
    var service = ServerServiceDefinition.builder(SERVICE);
    add(service, snapshotter, "Prepare", (s, r) -> prepare(s, r, false));
    add(service, snapshotter, "View", (s, r) -> prepare(s, r, true));
    add(service, snapshotter, "Mounts", (s, r) -> mounts(s.mounts(r.text(2))));
    add(
        service,
        snapshotter,
        "Commit",
        (s, r) -> {
          s.commit(r.text(2), r.text(3), r.labels);
          return new ProtoWriter();
        });
    add(
        service,
        snapshotter,
        "Remove",
        (s, r) -> {
          s.remove(r.text(2));
          return new ProtoWriter();
        });
    add(
        service,
        snapshotter,
        "Stat",
        (s, r) -> new ProtoWriter().message(1, s.stat(r.text(2)).info()));
    add(
        service,
        snapshotter,
        "Usage",
        (s, r) -> {
          long[] usage = s.usage(r.text(2));
          return new ProtoWriter().varint(1, usage[0]).varint(2, usage[1]);
        });
    add(
        service,
        snapshotter,
        "Cleanup",
        (s, r) -> {
          s.cleanUp();
          return new ProtoWriter();
        });
    service.addMethod(
        descriptor("Update", MethodType.UNARY),
        ServerCalls.asyncUnaryCall(
            (byte[] request, StreamObserver<byte[]> out) ->
                answered(out, () -> List.of(update(snapshotter, request)))));
    service.addMethod(
        descriptor("List", MethodType.SERVER_STREAMING),
        ServerCalls.asyncServerStreamingCall(
            (byte[] request, StreamObserver<byte[]> out) ->
                answered(out, () -> list(snapshotter))));
    return service.build();
  }

  private static void add(
      ServerServiceDefinition.Builder service,
      Snapshotter snapshotter,
      String name,
      Method method) {
    service.addMethod(
        descriptor(name, MethodType.UNARY),
        ServerCalls.asyncUnaryCall(
            (byte[] request, StreamObserver<byte[]> out) ->
                answered(
                    out,
                    () -> List.of(method.answer(snapshotter, read(name, request)).toBytes()))));
  }

  private interface Answers {
    List<byte[]> get() throws SnapshotRefused, IOException;
  }

  private static void answered(StreamObserver<byte[]> out, Answers answers) {
    try {
      for (byte[] answer : answers.get()) out.onNext(answer);
      out.onCompleted();
    } catch (SnapshotRefused e) {
      out.onError(e.status().asRuntimeException());
    } catch (ProtoException e) {
      out.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "stage=snapshot outcome=fault", e);
      out.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
    }
  }

  private static ProtoWriter prepare(Snapshotter snapshotter, Request request, boolean view)
      throws SnapshotRefused, IOException {
    return mounts(snapshotter.prepare(request.text(2), request.text(3), request.labels, view));
  }

  private static ProtoWriter mounts(List<Snapshotter.Mount> mounts) {
    var answer = new ProtoWriter();
    for (var mount : mounts) answer.message(1, mount.encode());
    return answer;
  }

  private static byte[] update(Snapshotter snapshotter, byte[] bytes)
      throws SnapshotRefused, IOException {
    var request = new Request();
    String name = "";
    var in = new ProtoReader(bytes);
    while (in.next()) {
      if (in.field() == 2) {
        var info = in.message();
        while (info.next()) {
          if (info.field() == 1) name = info.string();
          if (info.field() == 6) info.entry(request.labels);
        }
      }
      if (in.field() == 3) {
        var mask = in.message();
        while (mask.next()) if (mask.field() == 1) request.paths.add(mask.string());
      }
    }
    var updated = snapshotter.update(name, request.labels, request.paths);
    return new ProtoWriter().message(1, updated.info()).toBytes();
  }

  private static List<byte[]> list(Snapshotter snapshotter) {
    var messages = new ArrayList<byte[]>();
    var all = snapshotter.list();
    for (int from = 0; from < all.size(); from += CHUNK) {
      var message = new ProtoWriter();
      for (var snapshot : all.subList(from, Math.min(all.size(), from + CHUNK)))
        message.message(1, snapshot.info());
      messages.add(message.toBytes());
    }
    return messages;
  }

  private static Request read(String method, byte[] bytes) {
    var request = new Request();
    var in = new ProtoReader(bytes);
    while (in.next()) {
      if (in.field() == 4) in.entry(request.labels);
      else if (in.field() <= 3) request.texts.put(in.field(), in.string());
    }
    if (!method.equals("Cleanup") && request.text(2).isEmpty())
      throw new ProtoException(method + " needs a key");
    return request;
  }

  private static MethodDescriptor<byte[], byte[]> descriptor(String name, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(SERVICE + "/" + name)
        .setRequestMarshaller(Bytes.AS_THEY_ARE)
        .setResponseMarshaller(Bytes.AS_THEY_ARE)
        .build();
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    AS_THEY_ARE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
