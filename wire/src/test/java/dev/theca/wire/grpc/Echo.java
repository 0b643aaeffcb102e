package dev.theca.wire.grpc;

import dev.theca.wire.rpc.RpcListener;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server with one method of each kind. */
final class Echo implements AutoCloseable {
  static final String SAY = "t.Echo/Say";
  final CountDownLatch blocked = new CountDownLatch(1);
  final CountDownLatch cancelled = new CountDownLatch(1);
  final AtomicInteger sent = new AtomicInteger();
  final Path socket;
  private final GrpcServer server;

  Echo(Path socket) throws IOException {
    this.socket = socket;
    server =
        GrpcServer.over(
            RpcListener.listen(socket, peer -> true),
            Map.of(
                SAY,
                (request, answers) -> answers.send(request),
                "t.Echo/Wait",
                this::await,
                "t.Echo/Many",
                this::many,
                "t.Echo/No",
                (request, answers) -> no(),
                "t.Echo/Bug",
                (request, answers) -> {
                  throw new IllegalStateException("broken");
                }),
            List.of());
  }

  private static void no() {
    throw new GrpcException(RpcStatus.NOT_FOUND, "nichts da: 100 % \u00fc\n");
  }

  private void await(byte[] request, GrpcServer.Answers answers) throws InterruptedException {
    blocked.await();
    answers.send(request);
  }

  /** As many answers as the request's first byte says, of 10 000 bytes. */
  private void many(byte[] request, GrpcServer.Answers answers) {
    try {
      for (int i = 0; i < request[0]; i++) {
        answers.send(new byte[10_000]);
        sent.incrementAndGet();
      }
    } catch (GrpcException e) {
      cancelled.countDown();
      throw e;
    }
  }

  @Override
  public void close() {
    server.close(); // first, so that no answer comes any more
    blocked.countDown();
  }
}
