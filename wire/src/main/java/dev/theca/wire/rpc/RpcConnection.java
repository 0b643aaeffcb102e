package dev.theca.wire.rpc;

import java.io.IOException;
import java.nio.channels.ByteChannel;

/** A connection that frames of gRPC or ttRPC travel on. */
public interface RpcConnection extends ByteChannel {
  /**
   * Waits until a frame begins to arrive or the peer has gone; false = the connection is to be left
   * as it is, between two frames.
   */
  boolean awaitFrame() throws IOException;
}
