package dev.theca.wire.ttrpc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where connections come from. */
public interface TtrpcListener extends AutoCloseable {
  /** A unix socket (mode 0600) whose connections end with their process; it cannot pause. */
  static TtrpcListener listen(Path socket, TtrpcServer.PeerCheck check) throws IOException {
    return ChannelListener.listen(socket, check);
  }

  /** The next connection; empty when no more are wanted, an exception when it was closed. */
  Optional<TtrpcConnection> accept() throws IOException;

  /** Threads that may block in this kind of connection. */
  Thread.Builder threads();

  /**
   * Ends every {@link #accept} and {@link TtrpcConnection#awaitFrame} that waits, now and later,
   * until {@link #resume}. Connections stay open.
   */
  void pause();

  void resume();

  boolean isOpen();

  @Override
  void close() throws IOException;
}
