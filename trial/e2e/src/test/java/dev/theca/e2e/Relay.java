package dev.theca.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Passes connections on. As a program it runs in a pod's network: what it accepts on ports of the
 * pod's loopback goes to unix sockets of a folder, which are the same in every network.
 */
final class Relay implements AutoCloseable {
  private final ServerSocketChannel server;
  private final SocketAddress to;

  private Relay(ServerSocketChannel server, SocketAddress to) {
    this.server = server;
    this.to = to;
    Thread.startVirtualThread(this::accept);
  }

  static Path socket(Path folder, int port) {
    return folder.resolve(port + ".sock");
  }

  private static SocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** From the folder's socket to this network's loopback. */
  static Relay toLoopback(Path folder, int port) throws IOException {
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return new Relay(server.bind(UnixDomainSocketAddress.of(socket(folder, port))), loopback(port));
  }

  /** Arguments: the folder, a file to make when it is ready, ports. */
  public static void main(String[] words) throws Exception {
    for (int i = 2; i < words.length; i++) {
      int port = Integer.parseInt(words[i]);
      var server = ServerSocketChannel.open(StandardProtocolFamily.INET);
      bind(server, port);
      var unused = new Relay(server, UnixDomainSocketAddress.of(socket(Path.of(words[0]), port)));
    }
    Files.createFile(Path.of(words[1]));
    Thread.currentThread().join();
  }

  /** The pod's loopback comes up a moment after its network. */
  private static void bind(ServerSocketChannel server, int port) throws Exception {
    for (int tries = 0; ; tries++) {
      try {
        server.bind(loopback(port));
        return;
      } catch (IOException e) {
        if (tries == 6000) throw e;
        Thread.sleep(10);
      }
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        var near = server.accept();
        Thread.startVirtualThread(() -> join(near));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void join(SocketChannel near) {
    try (near;
        var far = SocketChannel.open(to)) {
      var back = Thread.startVirtualThread(() -> pass(far, near));
      pass(near, far);
      back.join();
    } catch (IOException e) {
      // the other side is told by the end of its connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(SocketChannel from, SocketChannel to) {
    var buffer = ByteBuffer.allocate(64 << 10);
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) to.write(buffer);
      }
      to.shutdownOutput();
    } catch (ClosedChannelException e) {
      // by the other direction
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
