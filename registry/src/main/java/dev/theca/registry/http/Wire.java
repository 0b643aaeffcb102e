package dev.theca.registry.http;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Both ways of a connection, plain or TLS; what waits for the peer is counted. */
final class Wire implements Closeable {
  static final int BLOCK = 128 << 10;
  private static final int TLS_HANDSHAKE = 0x16; // RFC 8446 section 5.1, ContentType

  private final SocketChannel channel;
  private final Patience patience;
  private InputStream in;
  private OutputStream out;
  private boolean tls;

  Wire(SocketChannel channel, Patience patience) throws IOException {
    this.channel = channel;
    this.patience = patience;
    in = new BufferedInputStream(counted(channel.socket().getInputStream()), BLOCK);
    out = counted(channel.socket().getOutputStream());
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  InetAddress peer() {
    return channel.socket().getInetAddress();
  }

  /** Whether the peer begins with a TLS handshake; waits for its first byte. */
  boolean beginsWithTls() throws IOException {
    in.mark(1);
    int first = in.read();
    in.reset();
    return first == TLS_HANDSHAKE;
  }

  void startTls(SSLContext context) throws IOException {
    // the layered socket reads what it takes itself, so that the handshake is counted, too
    var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(new CountedSocket(channel, in, out), null, 0, true);
    socket.setUseClientMode(false);
    socket.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    socket.startHandshake();
    in = new BufferedInputStream(socket.getInputStream(), BLOCK);
    out = socket.getOutputStream();
    tls = true;
  }

  /** Sends a part of a file; plain connections take it from the kernel's cache without a copy. */
  void send(FileChannel file, long offset, long length) throws IOException {
    Optional<ByteBuffer> block = Optional.empty();
    for (long at = offset, end = offset + length; at < end; ) {
      long n = tls || block.isPresent() ? 0 : transfer(file, at, Math.min(BLOCK, end - at));
      if (n == 0) { // TLS, or a socket that is full: copied, which waits
        if (block.isEmpty()) block = Optional.of(ByteBuffer.allocate(BLOCK));
        n = copy(file, at, block.get().clear().limit((int) Math.min(BLOCK, end - at)));
        if (!tls) block = Optional.empty();
      }
      at += n;
    }
  }

  private long transfer(FileChannel file, long at, long length) throws IOException {
    patience.enter();
    long n = 0;
    try {
      n = file.transferTo(at, length, channel);
      return n;
    } finally {
      patience.leave(n);
    }
  }

  private int copy(FileChannel file, long at, ByteBuffer block) throws IOException {
    int n = file.read(block, at);
    if (n <= 0) throw new IOException("a file is shorter than it was");
    out.write(block.array(), 0, n);
    return n;
  }

  private InputStream counted(InputStream raw) {
    return new FilterInputStream(raw) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        patience.enter();
        int n = 0;
        try {
          n = in.read(into, offset, length);
          return n;
        } finally {
          patience.leave(Math.max(n, 0));
        }
      }
    };
  }

  private OutputStream counted(OutputStream raw) {
    return new FilterOutputStream(raw) {
      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        // in blocks: a slow peer that takes them is not an idle one
        for (int at = 0; at < length; at += BLOCK) {
          int n = Math.min(BLOCK, length - at);
          patience.enter();
          try {
            out.write(from, offset + at, n);
          } finally {
            patience.leave(n);
          }
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
