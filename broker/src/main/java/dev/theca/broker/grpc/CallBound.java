package dev.theca.broker.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** At most so many calls at a time; a call that never ends its request is cut by its connection. */
final class CallBound implements ServerInterceptor {
  private final Semaphore places;

  CallBound(int most) {
    this.places = new Semaphore(most);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!places.tryAcquire()) {
      call.close(Status.RESOURCE_EXHAUSTED.withDescription("busy; ask again"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    var held = new AtomicBoolean(true);
    Runnable free =
        () -> {
          if (held.compareAndSet(true, false)) places.release();
        };
    var counted =
        new SimpleForwardingServerCall<Q, A>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            free.run();
            super.close(status, trailers);
          }
        };
    return new io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(counted, headers)) {
      @Override
      public void onCancel() {
        free.run();
        super.onCancel();
      }
    };
  }
}
