package dev.theca.broker.plugin;

import dev.theca.broker.spi.Plugin.Call;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A client of {@code kbs.plugin.v1.KbsPlugin} (reference page, section 7.5), with messages as bytes
 * (decisions/0003). Connects at the first call, and again at the next call after it was lost.
 *
 * @throws io.grpc.StatusRuntimeException from every call that the backend does not answer
 * @throws dev.theca.wire.proto.ProtoException when it answers with something else
 */
final class ExternalBackend implements AutoCloseable {
  /** Where and how a backend is reached. */
  record Endpoint(String name, URI uri, Optional<Path> ca, Duration limit, int maxMessageBytes) {}

  /** What a backend answered. */
  record Handled(byte[] body, int status, String contentType) {}

  private static final String SERVICE = "kbs.plugin.v1.KbsPlugin/";
  private static final Duration RECONNECT = Duration.ofSeconds(1);

  private final Endpoint endpoint;
  private final ManagedChannel channel;
  private volatile boolean unreached;

  ExternalBackend(Endpoint endpoint) {
    this.endpoint = endpoint;
    var uri = endpoint.uri();
    boolean tls = uri.getScheme().equals("https");
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    channel =
        NettyChannelBuilder.forAddress(uri.getHost(), port, credentials(endpoint, tls))
            .maxInboundMessageSize(endpoint.maxMessageBytes())
            .maxInboundMetadataSize(16 << 10)
            .build();
  }

  private static ChannelCredentials credentials(Endpoint endpoint, boolean tls) {
    if (!tls) return InsecureChannelCredentials.create();
    var builder = TlsChannelCredentials.newBuilder();
    try {
      if (endpoint.ca().isPresent()) builder.trustManager(endpoint.ca().get().toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + endpoint.ca().get(), e);
    }
    return builder.build();
  }

  Handled handle(Call call) {
    var in = call("Handle", call);
    byte[] body = {};
    int status = 0;
    String contentType = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> body = in.bytes();
        case 2 -> status = in.int32();
        case 3 -> contentType = in.string();
        default -> {} // skipped
      }
    }
    return new Handled(body, status, contentType);
  }

  boolean needsAdmin(Call call) {
    return flag(call("ValidateAuth", call));
  }

  boolean needsEncryption(Call call) {
    return flag(call("NeedsEncryption", call));
  }

  private static boolean flag(ProtoReader in) {
    boolean flag = false;
    while (in.next()) if (in.field() == 1) flag = in.bool();
    return flag;
  }

  /** The same four fields in all three requests; the path is without the backend's name. */
  private ProtoReader call(String method, Call call) {
    byte[] request =
        new ProtoWriter()
            .bytes(1, call.body())
            .map(2, call.query())
            .strings(3, call.path().subList(1, call.path().size()))
            .string(4, call.method())
            .toBytes();
    var descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(SERVICE + method)
            .setRequestMarshaller(Bytes.AS_THEY_ARE)
            .setResponseMarshaller(Bytes.AS_THEY_ARE)
            .build();
    var options = options();
    try {
      byte[] answer = ClientCalls.blockingUnaryCall(channel, descriptor, options, request);
      unreached = false;
      return new ProtoReader(answer);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) unreached = true;
      throw e;
    }
  }

  /**
   * A lost backend is asked once more, briefly, instead of after the library's pause. The channel
   * tells its state a moment after the calls that fail by it.
   */
  private CallOptions options() {
    Duration limit = endpoint.limit();
    var state = channel.getState(false);
    boolean lost =
        state == ConnectivityState.TRANSIENT_FAILURE
            || unreached && state != ConnectivityState.READY;
    if (lost) {
      channel.resetConnectBackoff();
      if (limit.compareTo(RECONNECT) > 0) limit = RECONNECT;
    }
    var options = CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    return lost ? options.withWaitForReady() : options;
  }

  @Override
  public void close() {
    channel.shutdownNow();
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
}
