package dev.theca.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of loopback for a server that cannot be asked which one it took, or that listens twice.
 * Nobody gets it meanwhile: what the kernel gives to connections and to servers without a wish
 * begins at 32768 (ip_local_port_range of ip(7)).
 */
public final class QuietPort {
  private static final int FROM = 20_000;
  private static final int TO = 32_000;

  private QuietPort() {}

  /** One that nobody listens on. */
  public static int choose() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        continue; // taken
      }
    }
  }
}
