package dev.theca.broker.grpc;

import dev.theca.wire.Outcome;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Services made of methods from bytes to bytes, without generated code. */
final class Unary {
  private static final System.Logger LOG = System.getLogger("theca.broker.grpc");

  private Unary() {}

  /** Messages as they are on the wire. */
  enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    AS_THEY_ARE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes(); // bounded by the server's limit of a message
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static MethodDescriptor<byte[], byte[]> descriptor(
      String service, String method, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(service + "/" + method)
        .setRequestMarshaller(Bytes.AS_THEY_ARE)
        .setResponseMarshaller(Bytes.AS_THEY_ARE)
        .build();
  }

  /** A refusal is ABORTED with its text after {@code prefix}, as the reference answers. */
  static void add(
      ServerServiceDefinition.Builder builder,
      String service,
      String method,
      String prefix,
      Function<byte[], Outcome<ProtoWriter>> work) {
    builder.addMethod(
        descriptor(service, method, MethodDescriptor.MethodType.UNARY),
        ServerCalls.asyncUnaryCall((request, out) -> answer(method, prefix, work, request, out)));
  }

  private static void answer(
      String method,
      String prefix,
      Function<byte[], Outcome<ProtoWriter>> work,
      byte[] request,
      StreamObserver<byte[]> out) {
    byte[] bytes;
    try {
      switch (work.apply(request)) {
        case Outcome.Granted<ProtoWriter>(var granted) -> bytes = granted.toBytes();
        case Outcome.Refused<ProtoWriter>(var reasons) -> {
          String words =
              reasons.stream().map(Object::toString).collect(Collectors.joining("\n1: "));
          out.onError(aborted(prefix + words));
          return;
        }
      }
    } catch (ProtoException e) {
      out.onError(aborted(prefix + e.getMessage()));
      return;
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "stage=grpc outcome=fault method={0} fault={1}",
          method,
          e.getClass().getName());
      out.onError(
          e instanceof dev.theca.broker.store.StoreDown
              ? Status.UNAVAILABLE.withDescription("the database is away").asRuntimeException()
              : aborted(prefix + "a fault in the service; see its log"));
      return;
    }
    out.onNext(bytes);
    out.onCompleted();
  }

  private static StatusRuntimeException aborted(String words) {
    return Status.ABORTED.withDescription(words).asRuntimeException();
  }
}
