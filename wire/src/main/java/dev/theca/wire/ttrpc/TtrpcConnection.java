package dev.theca.wire.ttrpc;

import java.io.IOException;
import java.nio.channels.ByteChannel;

/** A connection that ttRPC frames travel on. */
public interface TtrpcConnection extends ByteChannel {
  /**
   * Waits until a frame begins to arrive or the peer has gone; false = the connection is to be left
   * as it is, between two frames.
   */
  boolean awaitFrame() throws IOException;
}
