package dev.theca.wire.rpc;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Looks at a new connection; false closes it before a byte is read. */
@FunctionalInterface
public interface PeerCheck {
  boolean accept(SocketChannel peer) throws IOException;
}
