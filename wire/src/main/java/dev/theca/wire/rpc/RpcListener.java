package dev.theca.wire.rpc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the connections of a gRPC or ttRPC server come from. */
public interface RpcListener extends AutoCloseable {
  /** A unix socket (mode 0600) whose connections end with their process; it cannot pause. */
  static RpcListener listen(Path socket, PeerCheck check) throws IOException {
    return ChannelListener.listen(socket, check);
  }

  /** The next connection; empty when no more are wanted, an exception when it was closed. */
  Optional<RpcConnection> accept() throws IOException;

  /** Threads that may block in this kind of connection. */
  Thread.Builder threads();

  /**
   * Ends every {@link #accept} and {@link RpcConnection#awaitFrame} that waits, now and later,
   * until {@link #resume}. Connections stay open.
   */
  void pause();

  void resume();

  boolean isOpen();

  @Override
  void close() throws IOException;
}
