package dev.theca.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;

/** A connected socket whose two streams are ours, for TLS to be layered over. */
final class CountedSocket extends Socket {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  CountedSocket(SocketChannel channel, InputStream in, OutputStream out) {
    this.channel = channel;
    this.in = in;
    this.out = out;
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public InetAddress getInetAddress() {
    return channel.socket().getInetAddress();
  }

  @Override
  public int getPort() {
    return channel.socket().getPort();
  }

  @Override
  public InetAddress getLocalAddress() {
    return channel.socket().getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return channel.socket().getLocalPort();
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    channel.socket().setSoTimeout(timeout);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return channel.socket().getSoTimeout();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    channel.socket().setTcpNoDelay(on);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
