package dev.theca.bench.broker;

import io.helidon.webserver.WebServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A server that answers the same bytes to whatever is asked: what HTTP alone costs, with the
 * broker's web server and without anything of the broker.
 */
final class Constant {
  /** As large as a wrapped secret. */
  private static final int ANSWER_BYTES = 560;

  private Constant() {}

  public static void main(String[] args) throws InterruptedException {
    byte[] answer = new byte[ANSWER_BYTES];
    Arrays.fill(answer, (byte) 'x');
    var server =
        WebServer.builder()
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .routing(
                routing ->
                    routing.any(
                        (request, response) -> {
                          // as a handler must: the body is read before the answer
                          int length = 0;
                          try (var body = request.content().inputStream()) {
                            length = body.readAllBytes().length;
                          }
                          response.header("X-Body", length + "").send(answer);
                        }))
            .shutdownHook(true)
            .build()
            .start();
    System.out.println("{\"url\":\"http://127.0.0.1:" + server.port() + "\"}");
    Thread.currentThread().join();
  }
}
