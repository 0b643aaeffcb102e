package dev.theca.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Talks to a Redis server (RESP, inline answers only) to see whether it serves, and whom. */
final class RedisProbe {
  /** An answer may have to wait for the disk. */
  private static final int LIMIT_MILLIS = 60_000;

  private final int port;

  RedisProbe(int port) {
    this.port = port;
  }

  /** The first line of the answer to each command, in order. */
  String[] ask(String... commands) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      var answers = new String[commands.length];
      for (int i = 0; i < commands.length; i++) {
        socket.getOutputStream().write((commands[i] + "\r\n").getBytes(StandardCharsets.UTF_8));
        answers[i] = String.valueOf(in.readLine());
        if (answers[i].startsWith("$") && !answers[i].equals("$-1"))
          answers[i] = String.valueOf(in.readLine());
      }
      return answers;
    }
  }

  /**
   * Waits until something listens; false when the limit passes or {@code gone} says that it never
   * will.
   */
  boolean awaitListening(Duration limit, java.util.function.BooleanSupplier gone)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end && !gone.getAsBoolean()) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return true;
      } catch (IOException e) {
        java.util.concurrent.TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    return false;
  }
}
