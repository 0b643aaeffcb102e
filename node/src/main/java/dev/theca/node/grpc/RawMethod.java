package dev.theca.node.grpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** gRPC methods whose messages stay bytes (decision 0003). */
public final class RawMethod {
  private RawMethod() {}

  public static MethodDescriptor<byte[], byte[]> of(
      MethodType type, String service, String method) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(service + "/" + method)
        .setRequestMarshaller(Bytes.AS_THEY_ARE)
        .setResponseMarshaller(Bytes.AS_THEY_ARE)
        .build();
  }

  /** The channel with header fields on every call: pairs of name and value. */
  public static Channel with(Channel channel, String... header) {
    if (header.length == 0) return channel;
    var fields = new Metadata();
    for (int i = 0; i < header.length; i += 2)
      fields.put(Metadata.Key.of(header[i], Metadata.ASCII_STRING_MARSHALLER), header[i + 1]);
    return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(fields));
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
