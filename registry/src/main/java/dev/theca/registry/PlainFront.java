package dev.theca.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Stands before an HTTP server and answers TLS hellos at once, in plain words: clients that try TLS
 * first (skopeo, containerd) fall back immediately and do not wait for a handshake that never
 * comes. Everything else is passed through byte by byte.
 */
final class PlainFront implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int BACKLOG = 128;
  private static final byte[] PLAIN =
      "HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nthis registry speaks HTTP, not TLS\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket listener;
  private final InetSocketAddress server;

  private PlainFront(ServerSocket listener, InetSocketAddress server) {
    this.listener = listener;
    this.server = server;
  }

  static PlainFront start(InetSocketAddress listen, InetSocketAddress server) throws IOException {
    var front =
        new PlainFront(new ServerSocket(listen.getPort(), BACKLOG, listen.getAddress()), server);
    Thread.ofPlatform().daemon().name("front").start(front::accept);
    return front;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void accept() {
    try {
      while (true) {
        Socket peer = listener.accept();
        Thread.ofVirtual().name("front-connection").start(() -> serve(peer));
      }
    } catch (IOException e) {
      if (!listener.isClosed())
        System.err.println("stage=front outcome=fault reason=\"" + e + "\"");
    }
  }

  private void serve(Socket peer) {
    try (peer) {
      peer.setTcpNoDelay(true);
      int first = peer.getInputStream().read();
      if (first < 0) return;
      if (first == TLS_HANDSHAKE) {
        peer.getOutputStream().write(PLAIN);
        return;
      }
      try (var behind = new Socket(server.getAddress(), server.getPort())) {
        behind.setTcpNoDelay(true);
        behind.getOutputStream().write(first);
        var back = Thread.ofVirtual().name("front-answers").start(() -> copy(behind, peer));
        copy(peer, behind);
        back.join();
      }
    } catch (IOException e) {
      return; // either side went away: the other one sees it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] block = new byte[1 << 16];
      for (int n; (n = in.read(block)) > 0; ) out.write(block, 0, n);
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is closed
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
