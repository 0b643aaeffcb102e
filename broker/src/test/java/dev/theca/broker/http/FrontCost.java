package dev.theca.broker.http;

import java.io.BufferedInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an empty request costs: {@code FrontCost serve} prints its port, the time it took to start
 * and, each time a line is read, its CPU time; {@code FrontCost drive PORT CONNECTIONS SECONDS}
 * asks. Two processes, so that the driver's CPU is not the server's.
 */
public final class FrontCost {
  private FrontCost() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("serve")) serve();
    else drive(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static void serve() throws Exception {
    long cpu = cpuNanos();
    long begun = System.nanoTime();
    byte[] body =
        "{\"detail\":\"an answer of about eighty bytes, as most answers of the KBS\"}"
            .getBytes(StandardCharsets.UTF_8);
    try (var front =
        Front.start(
                FrontConfig.plain("cost", "127.0.0.1:0"),
                FrontParts.of(r -> Answer.bytes("application/json", body)))
            .orThrow()) {
      long wall = System.nanoTime() - begun;
      System.out.println(
          front.addresses().getFirst().getPort()
              + " start_wall_ms="
              + wall / 1_000_000
              + " start_cpu_ms="
              + (cpuNanos() - cpu) / 1_000_000
              + " jvm_to_listening_ms="
              + (System.currentTimeMillis()
                  - ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli()));
      while (System.in.read() >= 0) System.out.println("cpu_us " + cpuNanos() / 1000);
    }
  }

  private static void drive(int port, int connections, int seconds) throws Exception {
    byte[] request =
        "GET /kbs/v0/resource/a/b/c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    var count = new AtomicLong();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    var done = new CountDownLatch(connections);
    for (int i = 0; i < connections; i++)
      Thread.ofPlatform()
          .start(
              () -> {
                try (var socket = new Socket("127.0.0.1", port)) {
                  socket.setTcpNoDelay(true);
                  var in = new BufferedInputStream(socket.getInputStream());
                  byte[] buffer = new byte[4096];
                  long own = 0;
                  while (System.nanoTime() < end) {
                    socket.getOutputStream().write(request);
                    int read = in.read(buffer); // an answer is one packet here
                    if (read < 0) throw new IllegalStateException("closed");
                    own++;
                  }
                  count.addAndGet(own);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                } finally {
                  done.countDown();
                }
              });
    done.await();
    System.out.println("requests " + count.get());
  }
}
