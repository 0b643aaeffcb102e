package dev.theca.wire.rpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A unix socket of the JDK's own; its connections cannot be left to another process. */
final class ChannelListener implements RpcListener {
  private final ServerSocketChannel channel;
  private final Path socket;
  private final PeerCheck check;

  private ChannelListener(ServerSocketChannel channel, Path socket, PeerCheck check) {
    this.channel = channel;
    this.socket = socket;
    this.check = check;
  }

  static ChannelListener listen(Path socket, PeerCheck check) throws IOException {
    Files.deleteIfExists(socket);
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    return new ChannelListener(channel, socket, check);
  }

  @Override
  public Optional<RpcConnection> accept() throws IOException {
    while (true) {
      SocketChannel peer = channel.accept();
      if (check.accept(peer)) return Optional.of(new Connection(peer));
      peer.close();
    }
  }

  @Override
  public Thread.Builder threads() {
    return Thread.ofVirtual();
  }

  @Override
  public void pause() {
    throw new UnsupportedOperationException("these connections end with their process");
  }

  @Override
  public void resume() {
    throw new UnsupportedOperationException("these connections end with their process");
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(socket);
  }

  private record Connection(SocketChannel channel) implements RpcConnection {
    @Override
    public boolean awaitFrame() {
      return true;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return channel.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return channel.write(from);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
