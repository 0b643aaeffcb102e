package dev.theca.broker.grpc;

import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** {@code grpc.health.v1.Health}, by the gRPC health checking protocol. */
final class HealthService {
  private static final String NAME = "grpc.health.v1.Health";
  private static final Set<String> KNOWN = Set.of("", Services.ATTESTATION, Services.REFERENCE);
  private static final int SERVING = 1;
  private static final int NOT_SERVING = 2;
  private static final int SERVICE_UNKNOWN = 3;
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int MOST_WATCHERS = 256;

  private final BooleanSupplier ready;
  private final Semaphore watchers = new Semaphore(MOST_WATCHERS);

  HealthService(BooleanSupplier ready) {
    this.ready = ready;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(NAME)
        .addMethod(
            Unary.descriptor(NAME, "Check", MethodType.UNARY),
            ServerCalls.asyncUnaryCall(this::check))
        .addMethod(
            Unary.descriptor(NAME, "Watch", MethodType.SERVER_STREAMING),
            ServerCalls.asyncServerStreamingCall(this::watch))
        .build();
  }

  private static String service(byte[] request) {
    String service = "";
    try {
      var in = new ProtoReader(request);
      while (in.next()) if (in.field() == 1) service = in.string();
    } catch (ProtoException e) {
      return "?";
    }
    return service;
  }

  private int status(String service) {
    if (!KNOWN.contains(service)) return SERVICE_UNKNOWN;
    return ready.getAsBoolean() ? SERVING : NOT_SERVING;
  }

  private static byte[] message(int status) {
    return new ProtoWriter().varint(1, status).toBytes();
  }

  private void check(byte[] request, StreamObserver<byte[]> out) {
    int status = status(service(request));
    if (status == SERVICE_UNKNOWN) {
      out.onError(Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
      return;
    }
    out.onNext(message(status));
    out.onCompleted();
  }

  /** Runs in the virtual thread of the call until the client leaves or the server stops. */
  private void watch(byte[] request, StreamObserver<byte[]> out) {
    if (!(out instanceof ServerCallStreamObserver<byte[]> call) || !watchers.tryAcquire()) {
      out.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
      return;
    }
    String service = service(request);
    call.setOnCancelHandler(() -> {});
    // gRPC tells a call of its cancellation by the same executor task queue: leave it.
    Thread.ofVirtual()
        .name("health-watch")
        .start(
            () -> {
              try {
                follow(call, service);
              } finally {
                watchers.release();
              }
            });
  }

  private void follow(ServerCallStreamObserver<byte[]> call, String service) {
    int told = 0;
    try {
      while (!call.isCancelled()) {
        int status = status(service);
        if (status != told) call.onNext(message(status));
        told = status;
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException | RuntimeException e) {
      return; // cancelled between the look and the word
    }
  }
}
