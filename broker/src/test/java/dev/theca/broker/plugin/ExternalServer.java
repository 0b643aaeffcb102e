package dev.theca.broker.plugin;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A plugin of another maker, by the protocol's table. */
final class ExternalServer implements AutoCloseable {
  /** A request as it arrived. */
  record Asked(
      String rpc, byte[] body, Map<String, String> query, List<String> path, String method) {
    static Asked read(String rpc, byte[] message) {
      byte[] body = {};
      var query = new HashMap<String, String>();
      var path = new ArrayList<String>();
      String method = "";
      var in = new ProtoReader(message);
      while (in.next()) {
        switch (in.field()) {
          case 1 -> body = in.bytes();
          case 2 -> in.entry(query);
          case 3 -> path.add(in.string());
          case 4 -> method = in.string();
          default -> throw new IllegalStateException("field " + in.field());
        }
      }
      return new Asked(rpc, body, query, path, method);
    }
  }

  private final Server server;

  ExternalServer(int port, ServerCredentials credentials, Function<Asked, byte[]> answers)
      throws IOException {
    var service = ServerServiceDefinition.builder("kbs.plugin.v1.KbsPlugin");
    for (String rpc : List.of("Handle", "ValidateAuth", "NeedsEncryption")) {
      var method =
          MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName("kbs.plugin.v1.KbsPlugin/" + rpc)
              .setRequestMarshaller(new Bytes())
              .setResponseMarshaller(new Bytes())
              .build();
      service.addMethod(
          method,
          ServerCalls.asyncUnaryCall(
              (request, observer) -> {
                try {
                  observer.onNext(answers.apply(Asked.read(rpc, request)));
                  observer.onCompleted();
                } catch (RuntimeException e) {
                  observer.onError(e);
                }
              }));
    }
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
            .addService(service.build())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  static byte[] response(String body, int status, String contentType) {
    return new ProtoWriter()
        .bytes(1, Fakes.bytes(body))
        .varint(2, status)
        .string(3, contentType)
        .toBytes();
  }

  static byte[] flag(boolean value) {
    return new ProtoWriter().bool(1, value).toBytes();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      boolean unused = server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
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
}
