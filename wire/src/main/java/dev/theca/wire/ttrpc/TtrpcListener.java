package dev.theca.wire.ttrpc;

import java.io.IOException;
import java.util.Optional;

/** Where connections come from. */
public interface TtrpcListener extends AutoCloseable {
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
