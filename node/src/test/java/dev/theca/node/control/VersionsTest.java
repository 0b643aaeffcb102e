package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which containerd calls: asked over gRPC, once for each time it starts. */
class VersionsTest {
  @TempDir Path folder;

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

  /** A containerd of which nothing but the version service is there. */
  private record Containerd(Server server, EventLoopGroup group) implements AutoCloseable {
    static Containerd start(Path socket, Status status, byte[] answer) throws IOException {
      var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      var method =
          MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName("containerd.services.version.v1.Version/Version")
              .setRequestMarshaller(Bytes.AS_THEY_ARE)
              .setResponseMarshaller(Bytes.AS_THEY_ARE)
              .build();
      ServerCalls.UnaryMethod<byte[], byte[]> answering =
          (_, out) -> {
            if (!status.isOk()) {
              out.onError(status.asRuntimeException());
              return;
            }
            out.onNext(answer);
            out.onCompleted();
          };
      var service =
          ServerServiceDefinition.builder("containerd.services.version.v1.Version")
              .addMethod(method, ServerCalls.asyncUnaryCall(answering))
              .build();
      var server =
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
              .channelType(NioServerDomainSocketChannel.class)
              .bossEventLoopGroup(group)
              .workerEventLoopGroup(group)
              .directExecutor()
              .addService(service)
              .build()
              .start();
      return new Containerd(server, group);
    }

    @Override
    public void close() {
      server.shutdown();
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** As the daemon asks, but of a containerd whose classes may have to be loaded first. */
  private static Versions patient() {
    return new Versions(socket -> VersionQuestion.ask(socket, 60_000));
  }

  @Test
  void a_containerd_is_asked_over_its_socket() throws Exception {
    Path socket = folder.resolve("c.sock");
    byte[] answer = new ProtoWriter().string(1, "2.1.9~ds1").string(2, "abc").toBytes();
    try (var _ = Containerd.start(socket, Status.OK, answer)) {
      assertThat(patient().of(socket.toString())).contains("2.1.9~ds1");
      assertThat(patient().of("unix://" + socket)).contains("2.1.9~ds1");
    }
  }

  @Test
  void a_real_containerd_says_what_it_prints() throws Exception {
    Path program = Path.of("/usr/bin/containerd");
    assumeTrue(
        Files.isExecutable(program) && System.getProperty("user.name").equals("root"),
        "needs root and containerd");
    Path config =
        Files.writeString(
            folder.resolve("config.toml"),
            """
            version = 2
            root = "%1$s/root"
            state = "%1$s/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "%1$s/c.sock"
            [ttrpc]
              address = "%1$s/t.sock"
            [plugins."io.containerd.internal.v1.opt"]
              path = "%1$s/opt"
            """
                .formatted(folder));
    var containerd =
        new ProcessBuilder(program.toString(), "--config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Path socket = folder.resolve("c.sock");
      var said = Versions.byGrpc().of(socket.toString());
      while (said.isEmpty() && containerd.isAlive()) { // it has not begun to listen
        TimeUnit.MILLISECONDS.sleep(10);
        said = Versions.byGrpc().of(socket.toString());
      }
      var printed = new ProcessBuilder(program.toString(), "--version").start();
      assertThat(new String(printed.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains(said.orElseThrow());
      assertThat(said.get()).isNotEmpty();
    } finally {
      containerd.destroy();
      int unused = containerd.waitFor();
    }
  }

  @Test
  void one_that_refuses_or_answers_nonsense_has_no_version() throws Exception {
    Path refusing = folder.resolve("r.sock");
    try (var _ = Containerd.start(refusing, Status.UNIMPLEMENTED, new byte[0])) {
      assertThat(patient().of(refusing.toString())).isEmpty();
    }
    Path lying = folder.resolve("l.sock");
    try (var _ = Containerd.start(lying, Status.OK, new byte[] {10, 100, 1})) {
      assertThat(patient().of(lying.toString())).isEmpty();
    }
    Path talking = folder.resolve("t.sock");
    try (var _ = Containerd.start(talking, Status.OK, new byte[1 << 20])) {
      assertThat(patient().of(talking.toString())).isEmpty();
    }
  }

  @Test
  void a_socket_that_is_silent_or_gone_has_no_version() throws Exception {
    Path silent = folder.resolve("s.sock");
    try (var listener =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(silent));
      assertThatThrownBy(() -> VersionQuestion.ask(silent, 200)).isInstanceOf(GrpcException.class);
    }
    assertThat(Versions.byGrpc().of(folder.resolve("none").toString())).isEmpty();
    assertThat(Versions.byGrpc().of("")).isEmpty();
    assertThat(Versions.byGrpc().of("relative.sock")).isEmpty();
    assertThat(Versions.byGrpc().of("/a\0b")).isEmpty();
  }

  @Test
  void one_is_asked_once_and_again_after_it_started_anew() throws Exception {
    Path socket = Files.createFile(folder.resolve("c.sock"));
    var asked = new AtomicInteger();
    var versions = new Versions(_ -> "1.7." + asked.incrementAndGet());
    for (int i = 0; i < 3; i++) assertThat(versions.of(socket.toString())).contains("1.7.1");
    Files.move(socket, folder.resolve("old"));
    Files.createFile(socket);
    for (int i = 0; i < 3; i++) assertThat(versions.of(socket.toString())).contains("1.7.2");
  }

  @Test
  void silence_is_remembered_too() throws Exception {
    Path socket = Files.createFile(folder.resolve("c.sock"));
    var asked = new AtomicInteger();
    var versions =
        new Versions(
            _ -> {
              asked.incrementAndGet();
              throw new IllegalStateException("silent");
            });
    for (int i = 0; i < 3; i++) assertThat(versions.of(socket.toString())).isEmpty();
    assertThat(asked).hasValue(1);
  }
}
