package dev.theca.image.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One connection. Reads and writes block the thread that wants them, which may be a virtual one,
 * and end when it is interrupted; large ones go between socket and caller without a buffer.
 */
final class Wire implements AutoCloseable {
  private static final int BUFFER_BYTES = 8 << 10;

  private final SocketChannel channel;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private long keptAtNanos;
  private volatile long written;

  private Wire(SocketChannel channel, Socket socket) throws IOException {
    this.channel = channel;
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /**
   * Connects, to the first address of the host that takes it; over TLS where there is a context.
   */
  static Wire open(URI uri, Optional<SSLContext> tls, Timeouts limits) throws IOException {
    String host = uri.getHost() == null ? "" : uri.getHost();
    if (host.isEmpty()) throw new IOException("no address that can be asked: " + uri);
    int port = uri.getPort() >= 0 ? uri.getPort() : tls.isPresent() ? 443 : 80;
    var channel = connected(host, port, limits);
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      var plain = channel.socket();
      return new Wire(
          channel, tls.isPresent() ? secured(plain, host, port, tls.get(), limits) : plain);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static SocketChannel connected(String host, int port, Timeouts limits)
      throws IOException {
    IOException fault = new IOException("no address of " + host);
    for (InetAddress address : InetAddress.getAllByName(host)) {
      var channel = SocketChannel.open();
      try {
        channel.socket().connect(new InetSocketAddress(address, port), millis(limits.connect()));
        return channel;
      } catch (SocketTimeoutException e) {
        channel.close();
        fault = new HttpTimeoutException("no connection within " + limits.connect());
      } catch (IOException e) {
        channel.close();
        fault = e;
        if (Thread.currentThread().isInterrupted()) break;
      }
    }
    throw fault;
  }

  private static Socket secured(
      Socket plain, String host, int port, SSLContext context, Timeouts limits) throws IOException {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // else any certificate would do
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(millis(limits.answer()));
    socket.startHandshake();
    return socket;
  }

  private static int millis(Duration limit) {
    return Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE);
  }

  /** How many bytes went out. */
  long written() {
    return written;
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    written += bytes.length;
  }

  /** Reads some bytes, within the time; negative at the end. */
  int read(byte[] into, int from, int length, long limitNanos) throws IOException {
    if (at == end) {
      if (length >= BUFFER_BYTES) return received(into, from, length, limitNanos);
      at = 0;
      end = Math.max(received(buffer, 0, BUFFER_BYTES, limitNanos), 0);
      if (end == 0) return -1;
    }
    int count = Math.min(length, end - at);
    System.arraycopy(buffer, at, into, from, count);
    at += count;
    return count;
  }

  private int received(byte[] into, int from, int length, long limitNanos) throws IOException {
    try {
      if (limitNanos <= 0) throw new SocketTimeoutException();
      long millis = TimeUnit.NANOSECONDS.toMillis(limitNanos);
      socket.setSoTimeout(Math.clamp(millis, 1, Integer.MAX_VALUE));
      return in.read(into, from, length);
    } catch (ClosedChannelException e) {
      if (!Thread.currentThread().isInterrupted()) throw e;
      var interrupted = new InterruptedIOException("interrupted while reading an answer");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  void keep() {
    keptAtNanos = System.nanoTime();
  }

  /**
   * Whether a connection that was kept can be used again: not for long, and not when the server has
   * closed it or said something that nobody asked for.
   */
  boolean isFresh(Duration limit) {
    if (System.nanoTime() - keptAtNanos > limit.toNanos() || at != end) return false;
    try {
      channel.configureBlocking(false);
      int said = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return said == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it, also under a thread that waits in it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      return; // it is gone either way
    }
  }
}
